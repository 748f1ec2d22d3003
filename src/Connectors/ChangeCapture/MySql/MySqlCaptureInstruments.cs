using System.Diagnostics.Metrics;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>Meters of the captures of MySQL and MariaDB.</summary>
public sealed class MySqlCaptureInstruments : IDisposable
{
    public const string MeterName = "Orrery.ChangeCapture.MySql";

    readonly Meter meter;
    readonly Counter<long> changes;
    readonly Counter<long> rows;
    readonly Counter<long> reconnects;

    public MySqlCaptureInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        changes = meter.CreateCounter<long>("orrery.mysql_capture.changes", "{change}", "Changes handed on from the binary log.");
        rows = meter.CreateCounter<long>("orrery.mysql_capture.snapshot_rows", "{row}", "Rows handed on from snapshots.");
        reconnects = meter.CreateCounter<long>("orrery.mysql_capture.reconnects", "{connection}", "Connections that were lost and begun anew.");
    }

    internal void Changed(int count) => changes.Add(count);

    internal void Read(int count) => rows.Add(count);

    internal void Lost() => reconnects.Add(1);

    public void Dispose() => meter.Dispose();
}
