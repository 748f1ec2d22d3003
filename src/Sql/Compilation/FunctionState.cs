using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orrery.Sql.Functions.Json;
using Orrery.Sql.Functions.Texts;
using Orrery.Sql.Functions.Times;
using Orrery.Sql.Rows;
using Orrery.Sql.Values;

namespace Orrery.Sql.Compilation;

/// <summary>Buffers of functions, so that a call allocates nothing: each is good until the same buffer is asked for again.</summary>
internal sealed class FunctionState
{
    private readonly RecentCache<Regex> _regexes = new(Pattern.Make);
    private readonly RecentCache<DateFormat> _formats = new(format => new DateFormat(format));
    private readonly RecentCache<JsonPath> _paths = new(path => new JsonPath(path));
    private readonly RecentCache<TimeZoneInfo> _zones = new(Zones.Find);
    private char[] _characters = new char[256];
    private ArrayBufferWriter<byte>? _buffer;
    private Utf8JsonWriter? _json;

    /// <summary>At least so many characters.</summary>
    public char[] Characters(int count)
    {
        if (_characters.Length < count) _characters = new char[Math.Max(count, _characters.Length * 2)];
        return _characters;
    }

    public Regex Regex(Bytes pattern) => _regexes.Get(pattern);

    public DateFormat DateFormat(Bytes format) => _formats.Get(format);

    public JsonPath Path(Bytes path) => _paths.Get(path);

    public TimeZoneInfo Zone(Bytes name) => _zones.Get(name);

    /// <summary>A writer at the start of a text.</summary>
    public Utf8JsonWriter BeginJson()
    {
        _buffer ??= new ArrayBufferWriter<byte>(1024);
        _json ??= new Utf8JsonWriter(_buffer, ValueJson.WriterOptions);
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        return _json;
    }

    /// <summary>What was written since <see cref="BeginJson"/>.</summary>
    public ReadOnlySpan<byte> EndJson()
    {
        _json!.Flush();
        return _buffer!.WrittenSpan;
    }
}
