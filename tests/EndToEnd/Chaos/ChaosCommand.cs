using System.Diagnostics;
using System.Globalization;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary><c>./orrery chaos</c>: rounds of chaos for as long as wanted, on a store of choice.</summary>
static class ChaosCommand
{
    const string Usage = "Usage: ./orrery chaos [--minutes N (10)] [--store postgres|redis|both (both)] [--seed N (from the clock)]";
    const double MinutesMax = 24 * 60;

    public static async Task<int> RunAsync(string[] options)
    {
        double minutes = 10;
        string store = "both";
        int seed = Environment.TickCount & 0xffff;
        for (int index = 0; index < options.Length; index += 2)
        {
            string value = index + 1 < options.Length ? options[index + 1] : "";
            bool right = options[index] switch
            {
                "--minutes" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and <= MinutesMax,
                "--store" => (store = value) is "postgres" or "redis" or "both",
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (right)
                continue;
            await Console.Error.WriteLineAsync($"orrery: '{options[index]} {value}' cannot be used. {Usage}");
            return 2;
        }

        string[] stores = store == "both" ? ["postgres", "redis"] : [store];
        foreach (string each in stores)
            if (!await RunAsync(each, TimeSpan.FromMinutes(minutes / stores.Length), seed))
                return 1;
        return 0;
    }

    static async Task<bool> RunAsync(string storeName, TimeSpan time, int seed)
    {
        if (ChaosStores.Missing(storeName) is { } missing)
        {
            await Console.Error.WriteLineAsync($"orrery: {missing}");
            return false;
        }

        long started = Stopwatch.GetTimestamp();
        void Tell(string text) => Console.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds,7:F1} s  {text}");
        Tell($"chaos on {storeName}, seed {seed}");
        await using IChaosStore store = await ChaosStores.StartAsync(storeName);
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(store);
        await using var load = new CounterLoad(() => cluster.Web, callers: 8, counters: 64, seed);
        load.Start();
        var run = new ChaosRun(cluster, load, new Random(seed), Tell);
        int rounds = 0;
        try
        {
            do
            {
                await run.RoundAsync();
                rounds++;
                Tell($"round {rounds}: {load.Answered} answers, {load.Failed} calls without one");
            }
            while (Stopwatch.GetElapsedTime(started) < time);
            IReadOnlyList<string> wrong = await load.EndAsync(TimeSpan.FromMinutes(1));
            foreach (string each in wrong)
                Tell(each);
            Tell($"{(wrong.Count == 0 ? "clean" : $"{wrong.Count} histories are wrong")}: {rounds} rounds on {storeName}, {load.Answered} answers checked, {load.Failed} calls without an answer");
            return wrong.Count == 0;
        }
        catch (Exception problem)
        {
            Tell($"{problem.Message}\n{cluster.Said}");
            return false;
        }
    }
}
