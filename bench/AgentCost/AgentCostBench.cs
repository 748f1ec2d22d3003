using System.Diagnostics;
using System.Globalization;
using System.Net;
using Orrery.Bench.Harness;

namespace Orrery.Bench.AgentCost;

/// <summary>What the agent costs as its own process, on this machine with 300 further processes asleep, towards a door that takes everything.</summary>
static class AgentCostBench
{
    const int Sleepers = 300;
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30), Measured = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        string binaries = Environment.GetEnvironmentVariable("ORRERY_BINARIES")
            ?? throw new InvalidOperationException("ORRERY_BINARIES is not set: run benches as './orrery bench NAME', which builds the server first.");
        var sleepers = new List<Process>();
        int port = Servers.ServerProcess.FreePort();
        using var door = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        door.Start();
        Task answering = Answer(door);
        Process? agent = null;
        try
        {
            for (int i = 0; i < Sleepers; i++)
                sleepers.Add(Process.Start("sleep", "600"));
            // The settings that the guide names for the agent alone.
            agent = Process.Start(new ProcessStartInfo("dotnet",
                [Path.Combine(binaries, "orrery.dll"), "agent", "--server", $"http://127.0.0.1:{port}", "--key", "ok_bench_secret", "--buffer", Path.Combine(context.Scratch, "buffer")])
            {
                RedirectStandardOutput = true,
                Environment = { ["DOTNET_gcConcurrent"] = "0", ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_CallCountThreshold"] = "1000", ["MALLOC_ARENA_MAX"] = "1" },
            })!;
            agent.OutputDataReceived += (_, _) => { };
            agent.BeginOutputReadLine();
            context.Say($"the agent warms up for {WarmUp.TotalSeconds} s, then is measured for {Measured.TotalSeconds} s");
            await Task.Delay(WarmUp);
            TimeSpan before = Processor(agent);
            await Task.Delay(Measured);
            double percent = (Processor(agent) - before) / Measured * 100;
            return
            [
                new("processor, beside 300 processes", percent, "% of a core", "lower", 1),
                new("resident memory", Resident(agent.Id) / 1048576d, "MiB", "lower", 60),
            ];
        }
        finally
        {
            foreach (Process process in agent is null ? sleepers : [.. sleepers, agent])
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
            door.Stop();
            await answering;
        }
    }

    static TimeSpan Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    static long Resident(int id) => File.ReadLines($"/proc/{id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024)
        .First();

    static async Task Answer(HttpListener door)
    {
        byte[] answer = "{\"accepted\":0,\"duplicate\":0,\"dropped\":[]}"u8.ToArray();
        while (door.IsListening)
        {
            try
            {
                HttpListenerContext request = await door.GetContextAsync();
                await request.Request.InputStream.CopyToAsync(Stream.Null);
                request.Response.ContentLength64 = answer.Length;
                await request.Response.OutputStream.WriteAsync(answer);
                request.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // Stopped, or the agent went away in the middle of a request.
                continue;
            }
        }
    }
}
