using System.Diagnostics.Metrics;

namespace Orrery.Connectors.Sqlite;

/// <summary>Meters of the SQLite writer.</summary>
public sealed class SqliteInstruments : IDisposable
{
    public const string MeterName = "Orrery.Sqlite";

    readonly Meter meter;
    readonly Counter<long> operations;
    readonly Counter<long> failures;
    readonly Histogram<double> commits;

    public SqliteInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        operations = meter.CreateCounter<long>("orrery.sqlite.operations", "{operation}", "Operations that went through the writer.");
        failures = meter.CreateCounter<long>("orrery.sqlite.failures", "{operation}", "Operations that were not stored because their group was not.");
        commits = meter.CreateHistogram<double>("orrery.sqlite.commit.duration", "s", "Time to run and commit a group.");
    }

    internal void Committed(int count, TimeSpan duration)
    {
        operations.Add(count);
        commits.Record(duration.TotalSeconds);
    }

    internal void Failed(int count) => failures.Add(count);

    public void Dispose() => meter.Dispose();
}
