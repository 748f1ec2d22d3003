using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>A database server of this machine's packages in a process of its own, over a folder of its own, on a loopback port. It ends with <see cref="DisposeAsync"/>.</summary>
sealed class LocalServer : IAsyncDisposable
{
    const int LinesKept = 40;
    static readonly TimeSpan StartMax = TimeSpan.FromSeconds(90), StopMax = TimeSpan.FromSeconds(20);

    readonly LocalServerPlan plan;
    readonly Lock gate = new();
    readonly Queue<string> said = new();
    Process process = null!;

    LocalServer(LocalServerPlan plan) => this.plan = plan;

    public string Name => plan.Name;

    public int Id => process.Id;

    /// <summary>How drivers connect.</summary>
    public string Connection => plan.Connection;

    /// <exception cref="InvalidOperationException">It ended before it was ready; its last words are in the message.</exception>
    /// <exception cref="TimeoutException">It was not ready in time.</exception>
    public static async Task<LocalServer> StartAsync(LocalServerPlan plan, CancellationToken cancellationToken)
    {
        var server = new LocalServer(plan);
        await server.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Ends it as a crash does, with all processes of its own.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Starts it over its own files, on the same port.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken)
    {
        process.Dispose();
        return StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var soon = new CancellationTokenSource(StopMax);
            try
            {
                await RunAsync("kill", ["-" + plan.StopSignal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)], soon.Token);
                await process.WaitForExitAsync(soon.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        process.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; what it said is in the message.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = run.StandardOutput.ReadToEndAsync(cancellationToken), error = run.StandardError.ReadToEndAsync(cancellationToken);
        await run.WaitForExitAsync(cancellationToken);
        if (run.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {(await output).Trim()} {(await error).Trim()}");
    }

    async Task StartAsync(CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            said.Clear();
        process = new Process { StartInfo = new ProcessStartInfo(plan.Program, plan.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true }, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"{Name} ended before it was ready. It said: {Said}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartMax, cancellationToken);
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
        {
            await KillAsync();
            if (problem is TimeoutException)
                throw new TimeoutException($"{Name} was not ready within {StartMax.TotalSeconds} s. It said: {Said}");
            throw;
        }
    }

    string Said
    {
        get
        {
            lock (gate)
                return string.Join('\n', said);
        }
    }

    void Hear(string? line, TaskCompletionSource ready)
    {
        if (line is null)
            return;
        lock (gate)
        {
            said.Enqueue(line);
            if (said.Count > LinesKept)
                said.Dequeue();
        }

        if (line.Contains(plan.ReadyText, StringComparison.Ordinal))
            ready.TrySetResult();
    }
}

/// <summary>How a server is started.</summary>
/// <param name="Name">For people.</param>
/// <param name="Connection">How drivers connect, once it runs.</param>
/// <param name="ReadyText">Is in the line by which it says that it is ready.</param>
/// <param name="StopSignal">Ends it in good order.</param>
sealed record LocalServerPlan(string Name, string Program, IReadOnlyList<string> Arguments, string Connection, string ReadyText, string StopSignal);
