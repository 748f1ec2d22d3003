using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>The meter "Orrery.Runtime". Counts are read when somebody asks; calls pay only for the sampled duration.</summary>
internal sealed class SiloInstruments : IDisposable
{
    public const string MeterName = "Orrery.Runtime";

    private readonly Silo _silo;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _storageBatch;
    private readonly Counter<long> _timeouts;

    public SiloInstruments(Silo silo, IMeterFactory meters)
    {
        _silo = silo;
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram<double>("orrery.grain.call.duration", "s", "Time from a call to its answer. Calls that a grain answers on the spot are sampled.");
        _storageBatch = _meter.CreateHistogram<int>("orrery.grain.storage.batch", "{operation}", "Operations that share one commit.");
        _timeouts = _meter.CreateCounter<long>("orrery.grain.call.timeouts", "{call}", "Calls that were not answered in time.");
        _meter.CreateObservableUpDownCounter("orrery.grain.activations", ObserveActivations, "{grain}", "Grains in memory.");
        _meter.CreateObservableCounter("orrery.grain.activations.created", () => ObserveTypes(type => Interlocked.Read(ref type.Created)), "{grain}", "Activations made.");
        _meter.CreateObservableCounter("orrery.grain.activations.failed", () => ObserveTypes(type => Interlocked.Read(ref type.FailedToActivate)), "{grain}", "Activations that failed.");
        _meter.CreateObservableCounter("orrery.grain.calls.overloaded", () => ObserveTypes(type => Interlocked.Read(ref type.OverloadedCalls)), "{call}", "Calls refused by a full mailbox.");
        _meter.CreateObservableCounter("orrery.grain.calls", ObserveCalls, "{call}", "Calls answered.");
        _meter.CreateObservableGauge("orrery.grain.mailbox.depth_max", ObserveMailboxes, "{call}", "Requests that wait in the fullest mailbox.");
        _meter.CreateObservableGauge("orrery.grain.calls.pending", () => silo.Calls.CountPending(), "{call}", "Calls that wait for an answer.");
        _meter.CreateObservableCounter("orrery.reminder.fires", ObserveReminders, "{fire}", "Fires of reminders: due ones, counted apart; ran, failed and missed ones, whose sum they are unless one was lost; of these, late and repeated ones.");
        _meter.CreateObservableUpDownCounter("orrery.reminder.overdue", () => silo.Reminders.Read().Overdue, "{reminder}", "Reminders that have been due for longer than ReminderOptions.LateAfter.");
        _meter.CreateObservableUpDownCounter("orrery.reminder.lost", () => silo.Reminders.Read().Lost, "{fire}", "Fires without account that the last audit found: anything but 0 is a fault.");
    }

    public void RecordDuration(GrainMethod method, long elapsed)
    {
        if (!_duration.Enabled) return;
        _duration.Record(elapsed / (double)_silo.Time.TimestampFrequency, new KeyValuePair<string, object?>("interface", method.InterfaceName), new KeyValuePair<string, object?>("method", method.Name));
    }

    public void StorageBatch(string storage, int operations) => _storageBatch.Record(operations, new KeyValuePair<string, object?>("storage", storage));

    public void CallTimedOut(GrainMethod method)
    {
        _silo.Statistics.AddTimeOut(method);
        _timeouts.Add(1, new KeyValuePair<string, object?>("interface", method.InterfaceName), new KeyValuePair<string, object?>("method", method.Name));
    }

    public void ActivationFailed(GrainTypeRuntime type) => Interlocked.Increment(ref type.FailedToActivate);

    public void Overloaded(GrainTypeRuntime type) => Interlocked.Increment(ref type.OverloadedCalls);

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> ObserveActivations() => ObserveTypes(type => type.Count);

    private IEnumerable<Measurement<long>> ObserveTypes(Func<GrainTypeRuntime, long> value) =>
        _silo.Directory.Types.Select(type => new Measurement<long>(value(type), new KeyValuePair<string, object?>("grain", type.Name)));

    private IEnumerable<Measurement<int>> ObserveMailboxes() =>
        _silo.Statistics.ReadGrainTypes().Select(type => new Measurement<int>(type.MailboxDepthMax, new KeyValuePair<string, object?>("grain", type.GrainType)));

    private IEnumerable<Measurement<long>> ObserveCalls()
    {
        var counts = _silo.Statistics.CountByMethod();
        foreach (var method in GrainMethod.All)
        {
            if (method.Index >= counts.Length || counts[method.Index].Calls == 0) continue;
            var tags = new TagList { { "interface", method.InterfaceName }, { "method", method.Name } };
            tags.Add("outcome", "answered");
            yield return new Measurement<long>(counts[method.Index].Calls - counts[method.Index].Failed, tags);
            tags = new TagList { { "interface", method.InterfaceName }, { "method", method.Name }, { "outcome", "failed" } };
            yield return new Measurement<long>(counts[method.Index].Failed, tags);
        }
    }

    private IEnumerable<Measurement<long>> ObserveReminders()
    {
        var fires = _silo.Reminders.Read();
        yield return new Measurement<long>(fires.Due, new KeyValuePair<string, object?>("outcome", "due"));
        yield return new Measurement<long>(fires.Ran, new KeyValuePair<string, object?>("outcome", "ran"));
        yield return new Measurement<long>(fires.Failed, new KeyValuePair<string, object?>("outcome", "failed"));
        yield return new Measurement<long>(fires.Missed, new KeyValuePair<string, object?>("outcome", "missed"));
        yield return new Measurement<long>(fires.Late, new KeyValuePair<string, object?>("outcome", "late"));
        yield return new Measurement<long>(fires.Repeated, new KeyValuePair<string, object?>("outcome", "repeated"));
    }
}
