using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Alarms.Webhooks;

/// <summary>What a webhook receives.</summary>
/// <param name="Id">Of the delivery: the same id twice is the same message.</param>
/// <param name="Event"><c>fired</c>, <c>acknowledged</c> or <c>resolved</c>.</param>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Alarm">As the API shows it.</param>
sealed record WebhookBody(string Id, string Event, DateTimeOffset At, string Tenant, Alarm Alarm)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
