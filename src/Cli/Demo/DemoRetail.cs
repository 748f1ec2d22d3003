using Orrery.Cli.Retail;
using Orrery.Interfaces;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Retail.Boards;
using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.Pipelines;

namespace Orrery.Cli.Demo;

/// <summary>
/// A chain of shops whose changes flow as canal's messages into topics, and the pipelines of <c>examples/retail</c> over them: a few changes a second, beside everything else and after it has started.
/// </summary>
sealed class DemoRetail(IGrainFactory grains, TimeProvider time, int shops)
{
    public const string Tenant = "retail";
    const string Player = "demo";
    const double TransactionsPerSecond = 2;
    const int Seed = 20_260_101, Partitions = 1, PastDays = 13, PastPerDay = 1_500, PastAtOnce = 500;
    static readonly TimeSpan PastMinutes = TimeSpan.FromMinutes(25);
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
        bool isFirst = true;
        try
        {
            await grains.GetGrain<ITenantGrain>(Tenant).Create(new TenantDraft("Retail chain"));
        }
        catch (ConflictException)
        {
            // The demo goes on where it was.
            isFirst = false;
        }

        await DemoReviews.PutAsync(grains, Tenant, Player, time.GetUtcNow());
        var topics = new RetailTopics(grains, RetailPipelines.SourcesRead, Partitions, time, Seed);
        await topics.OpenAsync();
        foreach ((string file, string text) in RetailPipelines.Scripts(RetailPipelines.CanalOptions))
            await grains.GetGrain<ISqlSchemaGrain>(Tenant).Run(new SqlRequest(text, Player, MayChange: true, Origin: file));
        foreach (string text in RetailBoards.Texts)
            await PutAsync(BoardFile.Parse(text));
        try
        {
            await DemoTags.PutAsync(grains, Tenant, Player);
            await DemoNews.PutAsync(grains, Tenant, Player, time);
        }
        catch (RefusalException refused)
        {
            // Somebody has made other facts or types of these names: the shops go on without them.
            await Console.Error.WriteLineAsync($"orrery: the demo's tags and news were not made: {refused.Message}");
        }

        // Ids go on above those of earlier starts, by the clock.
        long first = Math.Max(100_000_000, (time.GetUtcNow().ToUnixTimeSeconds() - 1_700_000_000) * 1_000);
        var model = new RetailModel(new RetailOptions { Seed = Seed, Shops = shops, Products = 60, Members = 80, Remembered = 500, FirstNumber = first });
        var feed = new CanalFeed(new CanalEncoder(Partitions), Disturbance.None, Seed);
        Task GiveAsync(RetailTransaction transaction, CancellationToken _)
        {
            foreach (CanalMessage message in feed.Carry(transaction))
                topics.Add(message);
            return Task.CompletedTask;
        }

        if (isFirst)
        {
            int given = 0;
            foreach (DateTime at in PastTimes(time.GetUtcNow().UtcDateTime))
            {
                await GiveAsync(model.Next(at), cancellationToken);
                if (++given % PastAtOnce == 0)
                    await topics.FlushAsync(cancellationToken);
            }
        }

        var play = new RetailPlay(model, TransactionsPerSecond, time, GiveAsync, topics.FlushAsync);
        await play.RunAsync(null, null, null, cancellationToken);
    }

    /// <summary>When things happened before the demo began, so that there are days to compare today with: two weeks of shop hours, then the last minutes as busy as it goes on.</summary>
    static IEnumerable<DateTime> PastTimes(DateTime now)
    {
        for (int day = PastDays; day >= 1; day--)
        {
            // Shops open at nine in China; the weekend is busier.
            DateTime opens = now.Date.AddDays(-day).AddHours(1);
            int count = PastPerDay + (opens.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? PastPerDay / 3 : 0) + day * 7 % 5 * PastPerDay / 20;
            for (int number = 0; number < count; number++)
                yield return opens.AddHours(12.0 * number / count);
        }

        int recent = (int)(PastMinutes.TotalSeconds * TransactionsPerSecond);
        for (int number = recent; number >= 1; number--)
            yield return now.AddSeconds(-number / TransactionsPerSecond);
    }

    /// <summary>What somebody made of a board stays as it is.</summary>
    async Task PutAsync(BoardFile file)
    {
        IBoardGrain board = grains.GetGrain<IBoardGrain>(EntityKeys.Site(Tenant, file.Id));
        try
        {
            if ((await board.Get()).ChangedBy != Player)
                return;
        }
        catch (NotFoundException)
        {
            // It is the first start.
        }

        await board.Put(file.Definition, Player, null);
    }
}
