using System.Diagnostics;
using System.Reflection;

namespace Orrery.Cli.Demo.Cluster;

/// <summary>
/// This program again, in a process of its own that ends with this one: its standard input is a pipe that the operating system closes however this process
/// ends. What it says is passed on under its name.
/// </summary>
sealed class ChildProcess : IAsyncDisposable
{
    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Longer than a silo takes to give its shards away.</summary>
    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(90);

    readonly Process process;
    readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ChildProcess(string name, Process process, string readyText)
    {
        Name = name;
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data, readyText, isError: false);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, readyText, isError: true);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Ended = EndAsync();
    }

    public string Name { get; }

    public int Id => process.Id;

    /// <summary>Completes with the exit code when the process has ended.</summary>
    public Task<int> Ended { get; }

    /// <summary>The line by which it said that it is up.</summary>
    public Task<string> Ready => ready.Task.WaitAsync(StartTimeout);

    public bool IsUp => ready.Task.IsCompletedSuccessfully && !Ended.IsCompleted;

    /// <param name="name">What it is called in messages.</param>
    /// <param name="arguments">Of the command line; no secrets.</param>
    /// <param name="variables">Added to its environment: what has to stay out of the process list.</param>
    /// <param name="readyText">Is in the line by which it says that it is up.</param>
    public static ChildProcess Start(string name, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> variables, string readyText)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program.");
        bool isHost = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        string[] itself = isHost ? [Assembly.GetEntryAssembly()!.Location] : [];
        var start = new ProcessStartInfo(program, [.. itself, .. arguments, ServerOptions.EndsWithInputName])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string variable, string value) in variables)
            start.Environment[variable] = value;
        return new ChildProcess(name, Process.Start(start)!, readyText);
    }

    /// <summary>Closes its standard input, upon which it ends in good order; ends it by force where that takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and its pipe with it.
        }

        try
        {
            await Ended.WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            Console.WriteLine($"  {Name} (process {process.Id}) did not end within {StopTimeout.TotalSeconds} s and is ended by force.");
            process.Kill();
            await Ended;
        }

        process.Dispose();
    }

    async Task<int> EndAsync()
    {
        await process.WaitForExitAsync();
        ready.TrySetException(new InvalidOperationException($"{Name} ended with exit code {process.ExitCode} before it was up; what it said is above."));
        _ = ready.Task.Exception; // Told to whoever waits for it; nobody may.
        return process.ExitCode;
    }

    void Hear(string? line, string readyText, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        if (!isError && line.Contains(readyText, StringComparison.Ordinal))
            ready.TrySetResult(line);
        else if ((isError || ready.Task.IsCompleted) && !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)) // where in the code an error came from is for the log of a real silo
            Console.WriteLine($"  [{Name}] {line.Trim()}");
    }
}
