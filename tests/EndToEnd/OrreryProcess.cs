using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orrery.EndToEnd.Tests;

/// <summary>The built program in a process of its own, as a user starts it.</summary>
sealed partial class OrreryProcess : IAsyncDisposable
{
    /// <summary>How long anything may take before a test gives up and says what it was waiting for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly List<string> said = [];
    readonly List<(string Text, TaskCompletionSource Heard)> listeners = [];
    readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<string> signIn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    OrreryProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException("The process ended before it was up."));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The API with the administrator signed in; set by <see cref="SignInAsync"/>.</summary>
    public HttpClient Api { get; } = new() { Timeout = Patience };

    public Uri Address => address.Task.Result;

    public string Said
    {
        get
        {
            lock (said)
                return string.Join('\n', said);
        }
    }

    /// <summary>Starts the program and waits until it says where it is.</summary>
    public static Task<OrreryProcess> StartAsync(params string[] arguments) => StartAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts the program with variables of its environment and waits until it says where it is.</summary>
    public static async Task<OrreryProcess> StartAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        OrreryProcess orrery = Launch(arguments, variables);
        try
        {
            orrery.Api.BaseAddress = await orrery.address.Task.WaitAsync(Patience);
        }
        catch (Exception problem) when (problem is InvalidOperationException or TimeoutException)
        {
            await orrery.DisposeAsync();
            throw new InvalidOperationException($"orrery {string.Join(' ', arguments)} did not come up. It said:\n{orrery.Said}");
        }

        return orrery;
    }

    /// <summary>Starts a silo and waits until it says that it is up.</summary>
    public static async Task<OrreryProcess> StartSiloAsync(IReadOnlyDictionary<string, string> variables, params string[] options)
    {
        OrreryProcess silo = Launch(["silo", .. options], variables);
        await silo.SaysAsync(" is up (process ", Patience);
        return silo;
    }

    /// <summary>Starts the program and waits for its end.</summary>
    public static Task<(int ExitCode, string Said)> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts the program with variables of its environment and waits for its end.</summary>
    public static Task<(int ExitCode, string Said)> RunAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments) => RunAsync(variables, Patience, arguments);

    /// <summary>Starts the program and waits so long for its end.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(IReadOnlyDictionary<string, string> variables, TimeSpan patience, params string[] arguments)
    {
        await using OrreryProcess orrery = Launch(arguments, variables);
        await orrery.process.WaitForExitAsync().WaitAsync(patience);
        return (orrery.process.ExitCode, orrery.Said);
    }

    /// <summary>Starts the program and waits for nothing.</summary>
    public static OrreryProcess Launch(string[] arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Binaries(), "orrery.dll"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string variable, string value) in variables ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        return new OrreryProcess(Process.Start(start)!);
    }

    /// <summary>Where './orrery build' put the program.</summary>
    public static string Binaries()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                string built = Path.Combine(folder.FullName, "artifacts", "orrery");
                if (File.Exists(Path.Combine(built, "orrery.dll")))
                    return built;
            }

        throw new InvalidOperationException("artifacts/orrery/orrery.dll is not there: run './orrery build' first.");
    }

    /// <summary>Signs in with the password that the program printed.</summary>
    public async Task SignInAsync()
    {
        string line = await signIn.Task.WaitAsync(Patience);
        string[] parts = line.Split(" / ");
        await SignInAsync(parts[0].Trim(), parts[1].Trim().Split(' ')[0]);
    }

    public async Task SignInAsync(string user, string password)
    {
        JsonElement session = await PostAsync("/api/v1/session", new { user, password });
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("token").GetString());
    }

    public async Task<JsonElement> GetAsync(string path) => await ReadAsync(await Api.GetAsync(path), $"GET {path}");

    public async Task<JsonElement> PostAsync(string path, object body) => await ReadAsync(await Api.PostAsJsonAsync(path, body), $"POST {path}");

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, string what)
    {
        using (answer)
        {
            string text = await answer.Content.ReadAsStringAsync();
            answer.IsSuccessStatusCode.ShouldBeTrue($"{what} answered {(int)answer.StatusCode}: {text}");
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
    }

    /// <summary>Server-sent events of a path, as (event, data), until the caller has seen enough.</summary>
    public async IAsyncEnumerable<(string Event, JsonElement Data)> StreamAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using HttpResponseMessage answer = await Api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.IsSuccessStatusCode.ShouldBeTrue($"GET {path} answered {(int)answer.StatusCode}");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        string name = "message";
        while (await reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
                name = line[6..].Trim();
            else if (line.StartsWith("data:", StringComparison.Ordinal))
                yield return (name, JsonDocument.Parse(line[5..]).RootElement);
        }
    }

    /// <summary>Ends it as <c>kill -9</c> or a power cut would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public int Id => process.Id;

    /// <summary>Waits until it says something.</summary>
    public async Task SaysAsync(string text, TimeSpan limit)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (said)
        {
            if (said.Any(line => line.Contains(text, StringComparison.Ordinal)))
                return;
            listeners.Add((text, heard));
        }

        try
        {
            if (await Task.WhenAny(heard.Task, process.WaitForExitAsync()).WaitAsync(limit) == heard.Task)
                return;
        }
        catch (TimeoutException)
        {
            // Told below, with what it said.
        }

        throw new InvalidOperationException($"'{text}' was expected within {limit}. It said:\n{Said}");
    }

    /// <summary>Asks a path until it is answered with success: a silo was lost, and callers try again, as agents and browsers do.</summary>
    public async Task AnswersAsync(string path, TimeSpan limit)
    {
        using var soon = new CancellationTokenSource(limit);
        // Slower than a person may ask: who asks faster uses up what the test needs behind this, and is refused.
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        string last = "nothing was answered";
        while (!soon.IsCancellationRequested)
        {
            try
            {
                await looks.WaitForNextTickAsync(soon.Token);
                using HttpResponseMessage answer = await Api.GetAsync(path, soon.Token);
                if (answer.IsSuccessStatusCode)
                    return;
                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(soon.Token)}";
            }
            catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
            {
                last = away.Message;
            }
        }

        throw new TimeoutException($"GET {path} was not answered with success within {limit}; the last: {last}\nIt said:\n{Said}");
    }

    /// <summary>Ends it as a service manager does.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync() => SignalAsync(15);

    /// <summary>Ends it as Ctrl-C does.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> InterruptAsync() => SignalAsync(2);

    async Task<int> SignalAsync(int signal)
    {
        SendSignal(process.Id, signal).ShouldBe(0);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
        Api.Dispose();
    }

    void Hear(string? line)
    {
        if (line is null)
            return;
        lock (said)
        {
            said.Add(line);
            foreach (var (text, heard) in listeners)
                if (line.Contains(text, StringComparison.Ordinal))
                    heard.TrySetResult();
        }

        if (PortalLine().Match(line) is { Success: true } portal)
            address.TrySetResult(new Uri(portal.Groups[1].Value));
        if (SignInLine().Match(line) is { Success: true } who)
            signIn.TrySetResult(who.Groups[1].Value);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [GeneratedRegex(@"^\s+Portal\s+(\S+)")]
    private static partial Regex PortalLine();

    [GeneratedRegex(@"^\s+Sign in\s+(.+)$")]
    private static partial Regex SignInLine();
}
