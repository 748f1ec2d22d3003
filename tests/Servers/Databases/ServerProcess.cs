using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orrery.Tests.Servers;

/// <summary>A server that a test started: its own folder, a free loopback port, and its process, stopped by its id.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    const int PortFirst = 12_000, PortCount = 20_000, PortStride = 131;
    static int portsGiven;

    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60), StopMax = TimeSpan.FromSeconds(15);

    readonly Process process;
    readonly StringBuilder output = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly string readyText;
    readonly string stopSignal;

    ServerProcess(Process process, string readyText, string stopSignal)
    {
        this.process = process;
        this.readyText = readyText;
        this.stopSignal = stopSignal;
    }

    /// <summary>A port that nothing listens on, below those that the system gives to connections on their way out: one of these would take it before the server does.</summary>
    public static int FreePort()
    {
        for (int tries = 0; tries < PortCount; tries++)
        {
            int port = PortFirst + (int)((uint)(Environment.ProcessId * PortStride + Interlocked.Increment(ref portsGiven)) % PortCount);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Another server has it.
            }
        }

        throw new InvalidOperationException($"No port from {PortFirst} to {PortFirst + PortCount - 1} is free on the loopback.");
    }

    /// <summary>Starts it and waits until it says on its output that it is ready.</summary>
    public static async Task<ServerProcess> Start(string program, IEnumerable<string> arguments, string readyText, string stopSignal)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true }, readyText, stopSignal);
        server.process.ErrorDataReceived += (_, line) => server.Read(line.Data);
        server.process.OutputDataReceived += (_, line) => server.Read(line.Data);
        server.process.Exited += (_, _) => server.ready.TrySetException(new InvalidOperationException($"{program} ended with {server.process.ExitCode}:\n{server.Output}"));
        server.process.Start();
        server.process.BeginErrorReadLine();
        server.process.BeginOutputReadLine();
        try
        {
            await server.ready.Task.WaitAsync(StartMax);
            return server;
        }
        catch (TimeoutException)
        {
            await server.DisposeAsync();
            throw new TimeoutException($"{program} was not ready within {StartMax.TotalSeconds} s:\n{server.Output}");
        }
    }

    /// <summary>Runs a program to its end; its output is in the error when it fails.</summary>
    public static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await error}");
    }

    /// <summary>The first of the paths that is there, or null. Debian keeps servers outside of the search path.</summary>
    public static string? Find(params string[] candidates)
    {
        foreach (string candidate in candidates)
            if (File.Exists(candidate))
                return candidate;
        return null;
    }

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Ends it at once, with what it started, as a crash does.</summary>
    public async Task Kill()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Run("kill", "-" + stopSignal, process.Id.ToString());
            using var soon = new CancellationTokenSource(StopMax);
            try
            {
                await process.WaitForExitAsync(soon.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        process.Dispose();
    }

    void Read(string? line)
    {
        if (line is null)
            return;
        lock (output)
            if (output.Length < 100_000)
                output.AppendLine(line);
        if (line.Contains(readyText, StringComparison.Ordinal))
            ready.TrySetResult();
    }
}
