using System.Diagnostics.Metrics;

namespace Orrery.Connectors.ChangeCapture;

/// <summary>Meters of the captures, by kind of database. Counted per batch, never per row.</summary>
public sealed class CaptureInstruments : IDisposable
{
    public const string MeterName = "Orrery.ChangeCapture", MySql = "mysql", PostgreSql = "postgresql", SqlServer = "sqlserver";

    readonly Meter meter;
    readonly Counter<long> changes;
    readonly Counter<long> rows;
    readonly Counter<long> reconnects;

    public CaptureInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        changes = meter.CreateCounter<long>("orrery.change_capture.changes", "{change}", "Changes handed on from a database's log or change tracking.");
        rows = meter.CreateCounter<long>("orrery.change_capture.snapshot_rows", "{row}", "Rows handed on from snapshots.");
        reconnects = meter.CreateCounter<long>("orrery.change_capture.reconnects", "{connection}", "Connections that were lost and begun anew.");
    }

    internal void Changed(string source, int count)
    {
        if (count > 0) changes.Add(count, Tag(source));
    }

    internal void Read(string source, int count)
    {
        if (count > 0) rows.Add(count, Tag(source));
    }

    /// <summary>Counts a batch that is handed on.</summary>
    internal void HandedOn(string source, ChangeBatch batch)
    {
        int read = 0;
        foreach (ref readonly ChangeEntry entry in batch.Entries)
            if (entry.Kind == ChangeKind.Read)
                read++;
        Read(source, read);
        Changed(source, batch.Count - read);
    }

    internal void Lost(string source) => reconnects.Add(1, Tag(source));

    public void Dispose() => meter.Dispose();

    static KeyValuePair<string, object?> Tag(string source) => new("source", source);
}
