using System.Text.Json;
using Orrery.Interfaces.Tags;
using Orrery.Log;

namespace Orrery.Grains.Tags;

/// <summary>An enter or a leave as a record of the segments' topic: <c>{"id":7,"segment":"lapsed_vip","object":"42","event":"enter","at":"2030-01-31T00:00:00+00:00"}</c>, readable by a table of the format <c>json</c>.</summary>
static class SegmentRecord
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(SegmentEvent told) => JsonSerializer.SerializeToUtf8Bytes(told, Json);

    public static SegmentEvent Read(LogRecord record) => JsonSerializer.Deserialize<SegmentEvent>(record.Value.Span, Json) ?? throw new JsonException("A record of the segments' topic is null.");

    public static string Text(IReadOnlyList<SegmentEvent> events) => JsonSerializer.Serialize(events, Json);
}
