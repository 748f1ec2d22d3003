using System.Diagnostics;
using System.Text;
using Orrery.Bench.Harness;
using Orrery.Bench.Views;
using Orrery.Grains.Topics;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Topics;

namespace Orrery.Bench.News;

/// <summary>An article for a segment of a million objects: from its approval until every recipient has it in the inbox, all of it stored. Then every share of recipients is asked what it holds.</summary>
static class NewsBench
{
    const int BatchRows = 10_000, Asked = 200;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    static readonly TagTitle Title = new("读者", "reader");

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int objects = (int)context.Options.Number("objects", 1_000_000, 1_000, 10_000_000);
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, "news");
        await silo.Grains.GetGrain<ITopicGrain>("bench.readers").Create(new TopicSettings { Partitions = 1 });
        await silo.RunAsync("CREATE TABLE readers (id STRING, orders INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'bench.readers', 'format' = 'json')");
        ITagBookGrain book = silo.Grains.GetGrain<ITagBookGrain>(ViewsSilo.Tenant);
        ITagIndexGrain index = silo.Grains.GetGrain<ITagIndexGrain>($"{ViewsSilo.Tenant}/reader");
        await book.PutType("reader", new ObjectTypeDraft(Title, [new TagFacts("readers", "id")]), "bench", null);
        await book.PutTag("reader", "active", new TagDraft(Title, TagKind.Boolean, new TagRule(Condition: "orders >= 1")), "bench", null);
        await book.PutSegment("reader", "active", new SegmentDraft(Title, "active"), "bench", null);
        var writer = new TopicWriter(silo.Grains, "bench.readers", 1, 7, 1, TimeProvider.System, new Random(1));
        for (int id = 0; id < objects; id++)
        {
            writer.Add([], Encoding.UTF8.GetBytes($"[\"{Reader(id)}\",1]"), 0);
            if ((id + 1) % BatchRows == 0 || id + 1 == objects)
                await writer.FlushAsync(id + 1, CancellationToken.None);
        }

        while ((await index.Sizes()).Segments.GetValueOrDefault("active") < objects)
            await Task.Delay(Look);
        context.Say($"a segment of {objects:N0} objects is there");

        INewsArticleGrain article = silo.Grains.GetGrain<INewsArticleGrain>($"{ViewsSilo.Tenant}/hello");
        await article.Put(
            new NewsDraft([new NewsText("en", "Hello", "**text**")], new NewsAudience("reader", "active"), new NewsSchedule(), [NewsChannel.Sdk], new NewsAlternative(50, [new NewsText("en", "Hello!", "text")])), "author", null);
        await article.Submit("author", null, objects);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long began = Stopwatch.GetTimestamp();
        await article.Approve("editor", null);
        while ((await article.Get()).State != NewsState.Sent)
            await Task.Delay(Look);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double bytes = GC.GetTotalMemory(forceFullCollection: true) - before;

        NewsFunnel funnel = await article.Funnel();
        long sent = funnel.Rows.Sum(static row => row.Sent);
        int wrong = 0;
        var random = new Random(5);
        double[] times = new double[Asked];
        for (int ask = 0; ask < Asked; ask++)
        {
            string reader = Reader(random.Next(objects));
            long asked = Stopwatch.GetTimestamp();
            NewsInbox inbox = await silo.Grains.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(ViewsSilo.Tenant, "reader", reader)).Open(reader, NewsChannel.Sdk, "en", null, 0);
            times[ask] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
            wrong += inbox.Items.Count == 1 ? 0 : 1;
        }

        Array.Sort(times);
        return
        [
            new Figure($"an audience of {objects:N0} resolved and put into inboxes, stored", seconds, "s", "lower", 10),
            new Figure("recipients left out or counted twice", Math.Abs(objects - sent) + Math.Abs(objects - funnel.Audience) + wrong, "recipients", "lower", 0),
            new Figure("memory held for them", bytes / objects, "B/recipient", "lower"),
            new Figure("an inbox opened, with its receipt stored, median", times[Asked / 2], "ms", "lower"),
            new Figure("the same, p99", times[Asked * 99 / 100], "ms", "lower"),
        ];
    }

    static string Reader(int number) => $"reader-{number:d7}";
}
