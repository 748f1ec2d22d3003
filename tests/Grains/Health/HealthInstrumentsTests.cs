using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orrery.Grains.Health;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health;

public sealed class HealthInstrumentsTests
{
    [Fact]
    public async Task Samples_flushes_and_alarms_are_counted_by_outcome()
    {
        var counted = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        await using var fleet = await TestFleet.StartAsync();
        var meters = (IMeterFactory)fleet.Silo.ServiceProvider.GetService(typeof(IMeterFactory))!;
        var instruments = meters.Create(HealthInstruments.MeterName);
        listener.InstrumentPublished = (instrument, self) =>
        {
            // Tests run beside each other: only this fleet's meter counts.
            if (ReferenceEquals(instrument.Meter, instruments))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.AddOrUpdate(Name(instrument, tags), value, (_, sum) => sum + value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => counted.AddOrUpdate(Name(instrument, tags), 1, (_, sum) => sum + 1));
        listener.Start();
        const string server = "acme/berlin/erp-01";
        await fleet.AddServerAsync(server);

        await fleet.SendAsync(server, "db_up", 0);
        await fleet.SendAsync(server, Samples.One("db_up", fleet.Time.GetUtcNow(), 0));
        await fleet.SendAsync(server, Samples.One("db_up", fleet.Time.GetUtcNow().AddDays(1), 0));
        await fleet.Health(server).Checkpoint(new IntakeOptions().PartitionOf(server));
        await fleet.UntilAsync("the alarm", async () => (await fleet.Health(server).GetHealth()).Score < 100, TimeSpan.FromSeconds(20));

        counted["orrery.health.samples accepted"].ShouldBe(1);
        counted["orrery.health.samples duplicate"].ShouldBe(1);
        counted["orrery.health.samples refused"].ShouldBe(1);
        counted["orrery.health.flushed_samples"].ShouldBe(1);
        counted["orrery.health.flush.duration"].ShouldBe(1);
        counted["orrery.alarms.changes fired"].ShouldBe(1);

        static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
    }
}
