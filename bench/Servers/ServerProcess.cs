using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orrery.Bench.Harness;

namespace Orrery.Bench.Servers;

/// <summary>A server in a process of its own on a free loopback port: ours or a peer's. Measures what the process costs, and ends it.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    readonly Process process;

    ServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts a program and waits until <paramref name="readyPath"/> answers with success.</summary>
    /// <param name="arguments">Given the port, the program's arguments.</param>
    /// <exception cref="InvalidOperationException">It ended, or did not answer within a minute.</exception>
    public static async Task<ServerProcess> StartAsync(string program, Func<int, string[]> arguments, string readyPath, IReadOnlyDictionary<string, string>? environment = null)
    {
        int port = FreePort();
        var start = new ProcessStartInfo(program, arguments(port)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var said = new Queue<string>();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                said.Enqueue(line.Data ?? "");
                if (said.Count > 40)
                    said.Dequeue();
            }
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, new Uri($"http://127.0.0.1:{port}"));
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(2) };
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited)
                break;
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(readyPath);
                if (answer.IsSuccessStatusCode)
                    return server;
            }
            catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(5);
        }

        await server.DisposeAsync();
        lock (said)
            throw new InvalidOperationException($"{program} did not answer {readyPath}; it said: {string.Join('\n', said)}");
    }

    /// <summary>Our own server from built binaries (<c>ORRERY_BINARIES</c>), with one site key for the bench.</summary>
    public static Task<ServerProcess> StartOrreryAsync(string command, string data, params string[] further) => StartAsync(
        "dotnet",
        port => [Path.Combine(Binaries, "orrery.dll"), command, "--urls", $"http://127.0.0.1:{port}", "--data", data, .. further],
        "/readyz",
        new Dictionary<string, string>
        {
            ["Orrery__Api__KeyRequestsPerMinute"] = "100000000",
            ["Orrery__Api__KeyRequestsBurst"] = "100000000",
            ["Orrery__Api__PersonRequestsPerMinute"] = "100000000",
            ["Orrery__Api__PersonRequestsBurst"] = "100000000",
            // As ./orrery starts it.
            ["DOTNET_GCgen0size"] = "0x1000000",
            ["MALLOC_ARENA_MAX"] = "2",
        });

    /// <summary>Our program, for <c>dotnet</c> to run.</summary>
    public static string Program => Path.Combine(Binaries, "orrery.dll");

    static string Binaries => Environment.GetEnvironmentVariable("ORRERY_BINARIES")
        ?? throw new InvalidOperationException("ORRERY_BINARIES is not set: run benches as './orrery bench NAME', which builds the server first.");

    /// <summary>A program's path if it is installed, else null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Processor time the process has used, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes => StatusBytes("VmRSS:");

    /// <summary>Most resident memory so far, in bytes.</summary>
    public long ResidentBytesMax => StatusBytes("VmHWM:");

    long StatusBytes(string field) => File.ReadLines($"/proc/{process.Id}/status")
        .Where(line => line.StartsWith(field, StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024)
        .First();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }
}
