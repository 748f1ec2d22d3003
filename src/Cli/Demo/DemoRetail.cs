using Orrery.Cli.Retail;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.Pipelines;

namespace Orrery.Cli.Demo;

/// <summary>
/// A chain of shops whose changes flow as canal's messages into topics, and the pipelines of <c>examples/retail</c> over them: a few changes a second, beside everything else and after it has started.
/// </summary>
sealed class DemoRetail(IGrainFactory grains, TimeProvider time, int shops)
{
    public const string Tenant = "retail";
    const double TransactionsPerSecond = 2;
    const int Seed = 20_260_101, Partitions = 1;
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    /// <summary>Plays until it is cancelled; what fails is said and begun anew.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await PlayAsync(cancellationToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync($"orrery: the demo's chain of shops stood still and begins anew: {problem.Message}");
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
    }

    async Task PlayAsync(CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<ITenantGrain>(Tenant).Create(new TenantDraft("Retail chain"));
        }
        catch (ConflictException)
        {
            // The demo goes on where it was.
        }

        var topics = new RetailTopics(grains, RetailPipelines.SourcesRead, Partitions, time, Seed);
        await topics.OpenAsync();
        await grains.GetGrain<ISqlSchemaGrain>(Tenant).Run(new SqlRequest(RetailPipelines.Script(RetailPipelines.CanalOptions), "demo", MayChange: true));
        // Ids go on above those of earlier starts, by the clock.
        long first = Math.Max(100_000_000, (time.GetUtcNow().ToUnixTimeSeconds() - 1_700_000_000) * 1_000);
        var model = new RetailModel(new RetailOptions { Seed = Seed, Shops = shops, Products = 60, Members = 80, Remembered = 500, FirstNumber = first });
        var feed = new CanalFeed(new CanalEncoder(Partitions), Disturbance.None, Seed);
        var play = new RetailPlay(model, TransactionsPerSecond, time, (transaction, _) =>
        {
            foreach (CanalMessage message in feed.Carry(transaction))
                topics.Add(message);
            return Task.CompletedTask;
        }, topics.FlushAsync);
        await play.RunAsync(null, null, null, cancellationToken);
    }
}
