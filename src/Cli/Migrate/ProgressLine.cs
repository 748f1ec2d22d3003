using System.Globalization;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Following;
using Orrery.Jobs.Running;

namespace Orrery.Cli.Migrate;

/// <summary>A bar that is written over on a terminal; elsewhere a line when the state changes and every ten seconds.</summary>
sealed class ProgressLine : IProgress<JobProgress>, IProgress<CertificateProgress>, IProgress<FollowProgress>, IDisposable
{
    const int BarWidth = 30;
    static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    (JobPhase Phase, string? Waiting)? last;
    long lastAt;
    bool isOpen = true;

    public void Report(JobProgress value)
    {
        double share = value.RowsTotal == 0 ? (value.Phase >= JobPhase.MakingKeys ? 1 : 0) : (double)value.Rows / value.RowsTotal;
        string phase = value.Phase switch { JobPhase.Assessing => "Assessing", JobPhase.MakingTables => "Making tables", JobPhase.Copying => "Copying", JobPhase.MakingKeys => "Making keys", JobPhase.Certifying => "Comparing", _ => "Done" };
        string text = value.Phase == JobPhase.Copying
            ? string.Create(CultureInfo.InvariantCulture, $"{phase} {Bar(share)} {share * 100,3:N0} %  {value.Rows:N0} of {value.RowsTotal:N0} rows  {value.RowsPerSecond:N0}/s{(value.Left is { } left ? $"  {Span(left)} left" : "")}{(value.Rejects > 0 ? $"  {value.Rejects:N0} put aside" : "")}  {value.Table}")
            : $"{phase}  {value.Table}";
        if (value.Waiting is { } waiting) text = $"Waiting: {waiting}";
        Write(text, (value.Phase, value.Waiting));
    }

    public void Report(CertificateProgress value) => Write($"Comparing {Bar((double)value.TablesDone / Math.Max(1, value.TablesTotal))} {value.TablesDone + 1} of {value.TablesTotal}  {value.Table}", (JobPhase.Certifying, null));

    /// <summary>How far behind a follower is.</summary>
    public void Report(FollowProgress value)
    {
        string text = value.Step ?? string.Create(CultureInfo.InvariantCulture, $"Following{(value.IsBack ? " back" : "")}  {value.Changes:N0} changes applied  {value.LagRecords:N0} records and {value.Lag.TotalSeconds:N1} s behind");
        Write(value.Waiting is { } waiting ? $"Waiting: {waiting}" : value.Step is null ? text : $"Cutting over: {text}", (JobPhase.Copying, value.Waiting ?? value.Step));
    }

    /// <summary>How far an archive is.</summary>
    public void Report(ArchiveProgress value) => Write(
        value.Waiting is { } waiting ? $"Waiting: {waiting}" : string.Create(CultureInfo.InvariantCulture, $"Archiving {Bar((double)value.Documents / Math.Max(1, value.DocumentsTotal))} {value.Documents:N0} of {value.DocumentsTotal:N0} documents  {value.Rows:N0} rows  {value.RowsPerSecond:N0}/s"), (JobPhase.Copying, value.Waiting));

    /// <summary>How many documents came back.</summary>
    public void Report(long restored) => Write(string.Create(CultureInfo.InvariantCulture, $"Restoring  {restored:N0} documents"), (JobPhase.Copying, null));

    public void Dispose()
    {
        lock (gate)
        {
            if (isOpen && last is not null && !Console.IsOutputRedirected) Console.Write("\r\e[K");
            isOpen = false;
        }
    }

    public static string Span(TimeSpan span) => span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min") : span.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds:00} s") : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:N1} s");

    static string Bar(double share)
    {
        int full = (int)Math.Clamp(share * BarWidth, 0, BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }

    void Write(string text, (JobPhase, string?) state)
    {
        lock (gate)
        {
            if (!isOpen) return;
            if (!Console.IsOutputRedirected)
            {
                int width = Math.Max(20, Console.WindowWidth - 1);
                text = text.ReplaceLineEndings(" ");
                Console.Write($"\r{(text.Length > width ? text[..width] : text)}\e[K");
            }
            else if (last != state || TimeProvider.System.GetElapsedTime(lastAt) > LineEvery)
            {
                Console.WriteLine(text);
                lastAt = TimeProvider.System.GetTimestamp();
            }

            last = state;
        }
    }
}
