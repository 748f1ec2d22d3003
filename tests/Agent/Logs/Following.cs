using System.Text;
using Orrery.Agent.Logs;
using Orrery.Connectors.LogObjects;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Logs;

/// <summary>A log channel over a folder of log files, stepped by hand; what was shipped is kept by id, and a crash is a channel that is simply dropped.</summary>
sealed class Following : ILogShipper, IDisposable
{
    readonly TestDirectory folder = new();
    readonly Dictionary<(string, long), OutboxBatch> batches = [];

    public Following(Func<string, LogSource>? source = null, Func<LogChannelOptions, LogChannelOptions>? options = null)
    {
        Directory.CreateDirectory(Logs);
        LogSource one = source?.Invoke(Logs) ?? new LogSource { Name = "erp", Paths = [Path.Combine(Logs, "*.log")] };
        Options = new LogChannelOptions { Sources = [one], Folder = Path.Combine(folder.Path, "state"), ScanInterval = TimeSpan.FromMilliseconds(10) };
        Options = options?.Invoke(Options) ?? Options;
        Channel = Open();
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Logs => Path.Combine(folder.Path, "logs");

    public LogChannelOptions Options { get; }

    public LogChannel Channel { get; private set; }

    public ManualTime Time { get; } = new();

    public List<ShippedLine> Lines { get; } = [];

    public List<OutboxBatch> Batches { get; } = [];

    public List<LogNotice> Notices { get; } = [];

    public bool Away { get; set; }

    public string[] Texts => [.. Lines.Select(line => line.Text)];

    /// <summary>Dies after the batch arrived, before it knows.</summary>
    public bool LosesAnswer { get; set; }

    public string this[string name] => Path.Combine(Logs, name);

    public void Write(string name, string text, Encoding? encoding = null) => Write(name, (encoding ?? new UTF8Encoding(false)).GetBytes(text));

    public void Write(string name, byte[] bytes)
    {
        using var file = new FileStream(this[name], FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(bytes);
    }

    /// <summary>Looks once, a tenth of a second later, and ships all.</summary>
    public async Task Look(double seconds = 0.1)
    {
        Time.Pass(seconds);
        await Channel.ReadOnceAsync(Stop);
        await Channel.CloseBatchAsync(Stop);
        await Ship();
    }

    public async Task Ship()
    {
        while (!Away && await Channel.ShipOnceAsync(Stop))
        {
        }
    }

    /// <summary>The process is gone, with all that it held in memory, and another one begins.</summary>
    public void Crash()
    {
        Channel.Dispose();
        Time.Pass(1);
        Channel = Open();
    }

    public ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken)
    {
        if (Away)
            throw new IOException("The cloud is away.");
        // As the real ones do: the same batch again is known by its number, and must be the same.
        if (batches.TryGetValue((batch.Manifest.Incarnation, batch.Manifest.Sequence), out OutboxBatch? before))
        {
            batch.Manifest.ShouldBe(before.Manifest);
        }
        else
        {
            batches.Add((batch.Manifest.Incarnation, batch.Manifest.Sequence), batch);
            Batches.Add(batch);
            Lines.AddRange(batch.Lines());
        }

        return LosesAnswer ? throw new IOException("The answer was lost.") : default;
    }

    public void Dispose()
    {
        Channel.Dispose();
        folder.Dispose();
    }

    LogChannel Open() => LogChannel.OpenAsync(Options, "server-1", [this], Time, Notices.Add, Stop).AsTask().GetAwaiter().GetResult();
}
