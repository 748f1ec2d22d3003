using System.Diagnostics;
using System.Globalization;
using Orrery.Simulation;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>Callers that add to counters without pause over HTTP and write down what they did and what they were told.</summary>
sealed class CounterLoad(Func<Uri> address, int callers, int counters, int seed) : IAsyncDisposable
{
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);
    static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(20);
    const int FailuresKept = 20;

    readonly HttpClient http = new() { Timeout = CallTimeout };
    readonly CancellationTokenSource stopping = new();
    readonly Lock gate = new();
    readonly CounterHistory[] histories = [.. Enumerable.Range(0, counters).Select(number => new CounterHistory($"c{number}"))];
    readonly Queue<string> failures = [];
    readonly List<Task> running = [];
    long answered, failed;
    Waiter? waiter;

    public long Answered => Interlocked.Read(ref answered);

    public long Failed => Interlocked.Read(ref failed);

    /// <summary>The last failures, for messages.</summary>
    public string Failures
    {
        get
        {
            lock (gate)
                return string.Join('\n', failures);
        }
    }

    public void Start()
    {
        for (int caller = 0; caller < callers; caller++)
            running.Add(CallAsync(new Random(seed + caller)));
    }

    /// <summary>Completes when so many further calls were answered: whatever was done before them is over for the callers.</summary>
    public async Task AnswersAsync(long more, TimeSpan limit, string phase)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long before = Answered;
        waiter = new Waiter(before + more, reached);
        try
        {
            await reached.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{phase}: {more} further answers were expected within {limit}, {Answered - before} came. The last failures:\n{Failures}");
        }
    }

    /// <summary>Ends the load, reads every counter once more, and checks every history.</summary>
    /// <returns>What is wrong; empty where nothing is.</returns>
    public async Task<IReadOnlyList<string>> EndAsync(TimeSpan limit)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        var wrong = new List<string>();
        long started = Stopwatch.GetTimestamp();
        for (int counter = 0; counter < counters; counter++)
        {
            while (await TryCallAsync(counter, isIncrement: false, CancellationToken.None) is null)
                Stopwatch.GetElapsedTime(started).ShouldBeLessThan(limit, $"counter c{counter} has to answer after the faults are over. The last failures:\n{Failures}");
        }

        lock (gate)
            wrong.AddRange(histories.Select(history => history.Check()).OfType<string>());
        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        http.Dispose();
        stopping.Dispose();
    }

    async Task CallAsync(Random random)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await TryCallAsync(random.Next(counters), isIncrement: random.Next(5) > 0, stopping.Token) is null && !stopping.IsCancellationRequested)
                await ChaosClock.PassAsync(PauseAfterRefusal);
        }
    }

    /// <summary>One call, written down. Null where no answer came: then it may have been done or not.</summary>
    async Task<long?> TryCallAsync(int counter, bool isIncrement, CancellationToken cancellationToken)
    {
        CounterHistory history = histories[counter];
        int operation;
        lock (gate)
            operation = history.Begin(isIncrement, Stopwatch.GetElapsedTime(0).Ticks);
        try
        {
            using var request = new HttpRequestMessage(isIncrement ? HttpMethod.Post : HttpMethod.Get, new Uri(address(), $"counters/{history.Key}"));
            using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.IsSuccessStatusCode && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            {
                lock (gate)
                {
                    history.End(operation, Stopwatch.GetElapsedTime(0).Ticks, value);
                }

                if (Interlocked.Increment(ref answered) is var count && waiter is { } waiting && count >= waiting.Wanted)
                    waiting.Reached.TrySetResult();
                return value;
            }

            NoteFailure($"{request.Method} {history.Key}: {(int)answer.StatusCode} {text}");
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            if (!cancellationToken.IsCancellationRequested)
                NoteFailure($"{(isIncrement ? "POST" : "GET")} {history.Key}: {problem.Message}");
        }

        return null;
    }

    void NoteFailure(string text)
    {
        Interlocked.Increment(ref failed);
        lock (gate)
        {
            if (failures.Count == FailuresKept)
                failures.Dequeue();
            failures.Enqueue(text);
        }
    }

    /// <summary>Somebody waits for so many answers in all.</summary>
    sealed record Waiter(long Wanted, TaskCompletionSource Reached);
}
