using Orrery.Grains.Alarms.Webhooks;
using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Alarms.Book;

/// <summary>What of a tenant's alarms is still in motion, in one stored value: an alarm and the deliveries that tell of it are stored together.</summary>
sealed class AlarmBookState
{
    /// <summary>Number of the last alarm, silence or delivery.</summary>
    public long Sequence { get; set; }

    /// <summary>Firing and acknowledged alarms by their key.</summary>
    public Dictionary<string, OpenAlarm> Open { get; set; } = [];

    public List<Silence> Silences { get; set; } = [];

    public List<WebhookState> Webhooks { get; set; } = [];

    /// <summary>Deliveries not yet made, oldest first.</summary>
    public List<Delivery> Outbox { get; set; } = [];
}

/// <param name="Alarm">Its <see cref="Alarm.Silenced"/> is as of the last change; what is shown is computed anew.</param>
/// <param name="Told">Whether webhooks heard that it fired; only then do they hear of its end.</param>
sealed record OpenAlarm(Alarm Alarm, bool Told);
