using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>One process of the chaos: a silo or the web process, which is this test program again. It is killed, stopped and continued by signals.</summary>
sealed partial class ChaosProcess : IAsyncDisposable
{
    public const string UpText = "chaos process is up at ";
    const int LinesKept = 400;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90), EndLimit = TimeSpan.FromSeconds(90);

    readonly Process process;
    readonly Queue<string> said = [];
    readonly TaskCompletionSource<string> up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ChaosProcess(string name, Process process)
    {
        Name = name;
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public bool HasEnded => process.HasExited;

    /// <summary>What it said when it was up: its address.</summary>
    public string Address => up.Task.Result;

    public string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said);
        }
    }

    public static async Task<ChaosProcess> StartAsync(string name, string role, IReadOnlyDictionary<string, string> settings)
    {
        string program = Environment.ProcessPath!;
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(ChaosProcess).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, [.. itself, role]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string variable, string value) in settings)
            start.Environment[variable] = value;
        var chaos = new ChaosProcess(name, Process.Start(start)!);
        Task ended = chaos.process.WaitForExitAsync();
        try
        {
            if (await Task.WhenAny(chaos.up.Task, ended).WaitAsync(StartLimit) == chaos.up.Task)
                return chaos;
        }
        catch (TimeoutException)
        {
            // Told below, with what it said.
        }

        string said = chaos.Said;
        await chaos.DisposeAsync();
        throw new InvalidOperationException($"{name} did not come up within {StartLimit}. It said:\n{said}");
    }

    public Task KillAsync()
    {
        process.Kill();
        return process.WaitForExitAsync();
    }

    /// <summary>The process stands still, as if its machine did.</summary>
    public void Stop() => Signal(19);

    public void Continue() => Signal(18);

    /// <summary>Asks it to end in good order.</summary>
    public void Terminate() => Signal(15);

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(EndLimit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not end within {EndLimit}. It said:\n{Said}");
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    void Signal(int signal) => SendSignal(process.Id, signal).ShouldBe(0, $"signal {signal} to {Name}");

    void Hear(string? line)
    {
        if (line is null)
            return;
        lock (said)
        {
            if (said.Count == LinesKept)
                said.Dequeue();
            said.Enqueue(line);
        }

        if (line.StartsWith(UpText, StringComparison.Ordinal))
            up.TrySetResult(line[UpText.Length..]);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
