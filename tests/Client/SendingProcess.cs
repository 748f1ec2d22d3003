using System.Diagnostics;

namespace Orrery.Client.Tests;

/// <summary>A process that sends until it is killed: one sample a millisecond of its own time, and a line on its output for each flush that returned.</summary>
internal sealed class SendingProcess : IDisposable
{
    public const string Server = "killed-01";
    readonly Process process;

    SendingProcess(Process process) => this.process = process;

    public static SendingProcess Start(Uri url, string buffer, long first)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under `dotnet test` this process may be the dotnet host; then the assembly is its argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(SendingProcess).Assembly.Location);
        foreach (string argument in new[] { "send", url.ToString(), buffer, first.ToString() })
            start.ArgumentList.Add(argument);
        return new SendingProcess(Process.Start(start)!);
    }

    /// <summary>Time of the newest sample that the process knows to be safe, or null when the output ended.</summary>
    public async Task<long?> NextFlushed() =>
        await process.StandardOutput.ReadLineAsync() is { } line ? long.Parse(line) : null;

    /// <summary>Kills it as `kill -9` does, and returns the newest sample that it had said to be safe.</summary>
    public async Task<long> Kill(long flushed)
    {
        process.Kill();
        while (await NextFlushed() is { } later)
            flushed = later;
        await process.WaitForExitAsync();
        return flushed;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> Run(Uri url, string buffer, long first)
    {
        using var client = new OrreryClient(new OrreryClientOptions
        {
            Url = url,
            Key = "ok_test_secret",
            Server = Server,
            BufferDirectory = buffer,
            BackoffFirst = TimeSpan.FromMilliseconds(20),
            BackoffMax = TimeSpan.FromMilliseconds(50),
        });
        MetricSeries series = client.Series("orders_total");
        for (long at = first; ; at++)
        {
            series.Set(at * 0.5, at);
            client.Log(LogLevel.Information, "sender", $"sample {at}", id: $"line-{at}");
            if (at % 5 != 0)
                continue;
            if (!await client.FlushAsync())
                throw new InvalidOperationException($"The flush after {at} did not reach the disk: {client.Status.BufferError}");
            Console.WriteLine(at);
        }
    }
}
