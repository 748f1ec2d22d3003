using System.ComponentModel;
using System.Diagnostics;
using Orrery.Cli.Demo.Cluster;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>
/// Kills one process after another, as <c>kill -9</c> does: silos, the web process, the source and the sinks' servers, in an order that a seed gives, each once before any again. The cluster's processes are started
/// again by who watches them; servers here, after a while in which those that need them go without. The next is killed when its time has come and the last is up again.
/// </summary>
sealed class ProcessKills(IReadOnlyList<LocalServer> servers, DemoCluster cluster, TimeSpan every, int seed, TimeProvider time)
{
    static readonly TimeSpan AwayLeast = TimeSpan.FromSeconds(1), AwayMost = TimeSpan.FromSeconds(5), Look = TimeSpan.FromMilliseconds(200), UpMost = TimeSpan.FromSeconds(90);

    readonly Random random = new(seed);

    /// <summary>Goes on until it is over, and returns when everything is up again.</summary>
    /// <param name="over">No process is killed any more.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>How many were killed.</returns>
    /// <exception cref="TimeoutException">One did not come back.</exception>
    public async Task<int> RunAsync(CancellationToken over, CancellationToken cancellationToken)
    {
        int kills = 0;
        var left = new Queue<string>();
        while (true)
        {
            try
            {
                await Task.Delay(every, time, over);
            }
            catch (OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return kills;
            }

            if (left.Count == 0)
            {
                string[] all = [.. servers.Select(static server => server.Name), .. cluster.Silos.Select(static silo => silo.Name), DemoCluster.WebName];
                random.Shuffle(all);
                left = new Queue<string>(all);
            }

            kills++;
            string name = left.Dequeue();
            if (servers.FirstOrDefault(server => server.Name == name) is { } server)
                await KillAsync(server, cancellationToken);
            else
                await KillAsync(name, cancellationToken);
        }
    }

    async Task KillAsync(LocalServer server, CancellationToken cancellationToken)
    {
        TimeSpan away = AwayLeast + random.NextDouble() * (AwayMost - AwayLeast);
        Say($"{server.Name} (process {server.Id}) is killed, and started again in {away.TotalSeconds:N0} s.");
        await server.KillAsync();
        await Task.Delay(away, time, cancellationToken);
        await server.StartAgainAsync(cancellationToken);
    }

    async Task KillAsync(string name, CancellationToken cancellationToken)
    {
        int id = cluster.IdOf(name);
        Say($"{name} (process {id}) is killed.");
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended by itself, which its watcher says.
        }

        long killed = time.GetTimestamp();
        while (cluster.IdOf(name) == id || !cluster.IsUp(name))
        {
            if (time.GetElapsedTime(killed) > UpMost)
                throw new TimeoutException($"{name} was killed and is not up again after {UpMost.TotalSeconds:N0} s.");
            await Task.Delay(Look, time, cancellationToken);
        }
    }

    void Say(string what) => Console.WriteLine($"  {time.GetLocalNow():HH:mm:ss}  {what}");
}
