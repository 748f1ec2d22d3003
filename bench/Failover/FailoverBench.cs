using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Runtime;

namespace Orrery.Bench.Failover;

/// <summary>
/// Three silo processes with 10,000 active grains that have state. One is killed with <c>kill -9</c>: how long until all grains answer again, and how many calls fail
/// after that. Then each is restarted in turn under load: how many calls fail. At the end every counter is compared with what was acknowledged.
/// </summary>
static class FailoverBench
{
    const int Silos = 3;
    const int Grains = 10_000;
    const int Callers = 200;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        string connection = context.Options.Find("store") ?? $"sqlite:{Path.Combine(context.Scratch, "failover.db")}?shared=true";
        if (context.Options.Find("serve") is { } name)
        {
            await SiloProcesses.ServeAsync(name, connection);
            return [];
        }

        await using var silos = await SiloProcesses.StartAsync("failover", connection, Silos);
        var counters = Enumerable.Range(0, Grains).Select(number => new Counter(silos.Grains.GetGrain<ICountGrain>($"counter-{number}"))).ToArray();
        await EachAsync(counters, static counter => counter.IncrementAsync());
        context.Say($"{Grains:N0} grains are active on {Silos} silos ({connection.Split(':')[0]})");

        double recovered = await KillAsync(context, silos, counters, "silo-2");
        var after = await LoadAsync(counters, static () => Task.Delay(TimeSpan.FromSeconds(5)));
        context.Say($"after that: {after.Answered:N0} calls answered, {after.Failed} failed");

        await silos.StartAsync("silo-2");
        await silos.WaitForShardsAsync();
        var rolling = await LoadAsync(counters, async () =>
        {
            foreach (string silo in silos.Names.ToArray())
            {
                long started = Stopwatch.GetTimestamp();
                await silos.StopAsync(silo);
                double stopped = Stopwatch.GetElapsedTime(started).TotalSeconds;
                await silos.StartAsync(silo);
                await silos.WaitForShardsAsync();
                context.Say($"{silo} was restarted: stopped in {stopped:F1} s, had its part again after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        });
        context.Say($"rolling restart: {rolling.Answered:N0} calls answered, {rolling.Failed} failed{(rolling.FirstError is null ? "" : $", the first with: {rolling.FirstError}")}; the slowest took {rolling.Slowest.TotalMilliseconds:N0} ms");

        await EachAsync(counters, static counter => counter.CheckAsync());
        int lost = counters.Count(static counter => counter.IsWrong);
        if (lost + after.Failed + rolling.Failed > 0) context.ExitCode = 1;
        return
        [
            new Figure("kill -9 of one of 3 silos: until all 10,000 grains answer", recovered, "s", "lower", 10),
            new Figure("calls that fail after that", after.Failed, "calls", "lower", 0),
            new Figure("calls that fail in a rolling restart", rolling.Failed, "calls", "lower", 0),
            new Figure("the slowest call of the rolling restart", rolling.Slowest.TotalMilliseconds, "ms", "lower"),
            new Figure("counters that lost an acknowledged increment, or have one twice", lost, "grains", "lower", 0),
        ];
    }

    /// <summary>Seconds from the kill until every grain has answered a call that was begun after it.</summary>
    static async Task<double> KillAsync(BenchContext context, SiloProcesses silos, Counter[] counters, string name)
    {
        int failed = 0;
        long killed = Stopwatch.GetTimestamp();
        await silos.KillAsync(name);
        await EachAsync(counters, async counter =>
        {
            while (!await counter.TryReadAsync()) Interlocked.Increment(ref failed);
        }, Grains);
        double seconds = Stopwatch.GetElapsedTime(killed).TotalSeconds;
        context.Say($"{name} was killed: all grains answered after {seconds:F1} s; {failed} calls failed in between and were repeated");
        return seconds;
    }

    static async Task<Load> LoadAsync(Counter[] counters, Func<Task> during)
    {
        var load = new Load();
        using var stop = new CancellationTokenSource();
        async Task CallAsync(int caller)
        {
            await Task.Yield();
            for (int next = caller; !stop.IsCancellationRequested; next = (next + Callers) % counters.Length)
            {
                long started = Stopwatch.GetTimestamp();
                string? error = await counters[next].IncrementAsync();
                load.Count(error, Stopwatch.GetElapsedTime(started));
            }
        }

        var calls = Enumerable.Range(0, Callers).Select(CallAsync).ToList();
        await during();
        await stop.CancelAsync();
        await Task.WhenAll(calls);
        return load;
    }

    static async Task EachAsync(Counter[] counters, Func<Counter, Task> act, int callers = Callers)
    {
        int next = -1;
        async Task CallAsync()
        {
            await Task.Yield();
            for (int number = Interlocked.Increment(ref next); number < counters.Length; number = Interlocked.Increment(ref next)) await act(counters[number]);
        }

        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync()));
    }

    /// <summary>What callers saw.</summary>
    sealed class Load
    {
        readonly Lock _lock = new();

        public long Answered { get; private set; }

        public int Failed { get; private set; }

        public string? FirstError { get; private set; }

        public TimeSpan Slowest { get; private set; }

        public void Count(string? error, TimeSpan took)
        {
            lock (_lock)
            {
                if (error is null) Answered++;
                else Failed++;
                FirstError ??= error;
                if (took > Slowest) Slowest = took;
            }
        }
    }

    /// <summary>One grain, and what was acknowledged of it. Callers take turns by their stride, so no two call it at a time.</summary>
    sealed class Counter(ICountGrain grain)
    {
        int _acknowledged;
        int _unknown;

        public bool IsWrong { get; private set; }

        public async Task<string?> IncrementAsync()
        {
            try
            {
                await grain.Increment();
                Interlocked.Increment(ref _acknowledged);
                return null;
            }
            catch (Exception error)
            {
                Interlocked.Increment(ref _unknown);
                return error.Message;
            }
        }

        public async Task<bool> TryReadAsync()
        {
            try
            {
                await grain.Read();
                return true;
            }
            catch (Exception error) when (error is SiloUnavailableException or TimeoutException)
            {
                return false;
            }
        }

        public async Task CheckAsync()
        {
            int count = await grain.Read();
            IsWrong = count < _acknowledged || count > _acknowledged + _unknown;
        }
    }
}
