using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orrery.Bench.Harness;
using Orrery.Bench.Views;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Topics;

namespace Orrery.Bench.Tags;

/// <summary>
/// 200 tags over one table of facts, through the log, the engine, the log again and the index, in one silo. Facts have ten numbers, each with twenty thresholds; a change moves one number of an object, and so as many tags as lie between.
/// A tag that an object gets or loses counts as one change; the processor's time is all of the process.
/// </summary>
static class TagsBench
{
    const int Columns = 10, Thresholds = 20, Values = 101, SegmentTags = 10, BatchRows = 10_000, Asked = 200;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    static readonly TagTitle Title = new("标签", "tag");

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context) => context.Options.Has("windows") ? WindowsAsync(context) : ChangesAsync(context);

    static async Task<IReadOnlyList<Figure>> ChangesAsync(BenchContext context)
    {
        int objects = (int)context.Options.Number("objects", 1_000_000, 1_000, 10_000_000), changes = (int)context.Options.Number("changes", 200_000, 1_000, 10_000_000);
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, "tags");
        await silo.Grains.GetGrain<ITopicGrain>("bench.facts").Create(new TopicSettings { Partitions = 1 });
        var facts = new Facts(silo, objects);
        await silo.RunAsync($"CREATE TABLE facts (id BIGINT, {string.Join(", ", Enumerable.Range(0, Columns).Select(static column => $"x{column} INT"))}, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'bench.facts', 'format' = 'json')");
        ITagBookGrain book = silo.Grains.GetGrain<ITagBookGrain>(ViewsSilo.Tenant);
        ITagIndexGrain index = silo.Grains.GetGrain<ITagIndexGrain>($"{ViewsSilo.Tenant}/thing");
        await book.PutType("thing", new ObjectTypeDraft(Title, [new TagFacts("facts", "id")]), "bench", null);
        for (int column = 0; column < Columns; column++)
            for (int threshold = 1; threshold <= Thresholds; threshold++)
                await book.PutTag("thing", $"t{column}_{threshold}", new TagDraft(Title, TagKind.Boolean, new TagRule(Condition: $"x{column} >= {threshold * 5}")), "bench", null);
        context.Say("200 tags are made");
        for (int id = 0; id < objects; id++)
            await facts.GiveAsync(id, isAll: true);
        await facts.FlushAsync();
        await ReachedAsync(index, facts);
        context.Say($"{objects:N0} objects have {facts.Held:N0} tags");

        long before = facts.Moved;
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long began = Stopwatch.GetTimestamp();
        for (int change = 0; change < changes; change++)
            await facts.GiveAsync(facts.Random.Next(objects), isAll: false);
        await facts.FlushAsync();
        await ReachedAsync(index, facts);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, busy = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        double moved = facts.Moved - before;

        string expression = string.Join(" AND ", Enumerable.Range(0, SegmentTags).Select(static column => column % 2 == 0 ? $"t{column}_4" : $"NOT t{column}_17"));
        double[] times = new double[Asked];
        for (int ask = 0; ask < Asked; ask++)
        {
            long asked = Stopwatch.GetTimestamp();
            await index.Try(expression);
            times[ask] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        }

        Array.Sort(times);
        return
        [
            new Figure($"changes into 200 tags of {objects:N0} objects, a second of a core", moved / busy, "changes/s", "higher", 200_000),
            new Figure("the same by the clock", moved / seconds, "changes/s", "higher"),
            new Figure("rows of facts, a second of a core", changes / busy, "rows/s", "higher"),
            new Figure("size of a segment over 10 tags, median", times[Asked / 2], "ms", "lower", 5),
            new Figure("the same, p99", times[Asked * 99 / 100], "ms", "lower"),
        ];
    }

    /// <summary>Tags that turn by the clock alone: how long behind their instant, and what a timer takes.</summary>
    static async Task<IReadOnlyList<Figure>> WindowsAsync(BenchContext context)
    {
        int objects = (int)context.Options.Number("objects", 100_000, 1_000, 10_000_000), seconds = (int)context.Options.Number("seconds", 20, 2, 600);
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, "tag-windows");
        await silo.Grains.GetGrain<ITopicGrain>("bench.orders").Create(new TopicSettings { Partitions = 1 });
        await silo.RunAsync("CREATE TABLE orders (id BIGINT, at TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'bench.orders', 'format' = 'json')");
        ITagBookGrain book = silo.Grains.GetGrain<ITagBookGrain>(ViewsSilo.Tenant);
        ITagIndexGrain index = silo.Grains.GetGrain<ITagIndexGrain>($"{ViewsSilo.Tenant}/buyer");
        await book.PutType("buyer", new ObjectTypeDraft(Title, [new TagFacts("orders", "id")]), "bench", null);
        await book.PutTag("buyer", "lapsed", new TagDraft(Title, TagKind.Boolean, new TagRule(Condition: "at <= NOW() - INTERVAL '30' DAY")), "bench", null);
        // A while for all rows to be there before the first is due.
        DateTimeOffset first = TimeProvider.System.GetUtcNow().AddSeconds(10 + objects / 20_000);
        var due = new DateTimeOffset[objects];
        var random = new Random(1);
        var writer = new TopicWriter(silo.Grains, "bench.orders", 1, 11, 1, TimeProvider.System, new Random(1));
        for (int id = 0; id < objects; id++)
        {
            due[id] = DateTimeOffset.FromUnixTimeMilliseconds(first.ToUnixTimeMilliseconds() + random.Next(seconds * 1_000));
            writer.Add([], Encoding.UTF8.GetBytes($"[{id},\"{due[id].AddDays(-30):yyyy-MM-dd HH:mm:ss.fff}\"]"), 0);
            if ((id + 1) % BatchRows == 0 || id + 1 == objects)
                await writer.FlushAsync(id + 1, CancellationToken.None);
        }

        while ((await index.Sizes()).Objects < objects)
            await Task.Delay(Look);
        bool isReady = TimeProvider.System.GetUtcNow() < first;
        context.Say($"{objects:N0} objects wait{(isReady ? "" : "; some were due before all were there: give more time")}");
        PipelineView pipeline = await silo.Sql.Pipeline("tags_buyer_out_1#1");
        SqlOperator timers = pipeline.Plan.First(static step => step.Title == "TimeFilter");
        while ((await index.Sizes()).Tags["lapsed"] < objects)
            await Task.Delay(Look);
        var late = new List<double>(objects);
        for (int id = 0; id < objects; id += 1_000)
            foreach (ObjectTags of in await index.TagsOf([.. Enumerable.Range(id, Math.Min(1_000, objects - id)).Select(static number => number.ToString(CultureInfo.InvariantCulture))]))
                late.Add((of.Tags[0].Since - due[int.Parse(of.Object, CultureInfo.InvariantCulture)]).TotalSeconds);
        late.Sort();
        return
        [
            new Figure($"a tag of {objects:N0} objects turns by time, behind its instant, median", late[objects / 2], "s", "lower"),
            new Figure("the same, longest", late[^1], "s", "lower", 1),
            new Figure("before its instant", Math.Max(0, -late[0]), "s", "lower", 0),
            new Figure("timers held in a GB of their operator's state", 1e9 * timers.StateRows / timers.StateBytes, "timers", "higher", 10_000_000),
        ];
    }

    static async Task ReachedAsync(ITagIndexGrain index, Facts facts)
    {
        while (true)
        {
            TagSizes sizes = await index.Sizes();
            if (sizes.Objects == facts.Objects && sizes.Tags.Values.Sum() == facts.Held && await facts.IsReachedAsync(index))
                return;
            await Task.Delay(Look);
        }
    }

    /// <summary>The rows as they should be.</summary>
    sealed class Facts(ViewsSilo silo, int objects)
    {
        readonly TopicWriter writer = new(silo.Grains, "bench.facts", 1, 7, 1, TimeProvider.System, new Random(1));
        readonly byte[] values = new byte[objects * Columns];
        long sequence, last = -1;

        public Random Random { get; } = new(3);

        public int Objects => objects;

        /// <summary>Tags that all objects have.</summary>
        public long Held { get; private set; }

        /// <summary>Tags that came or went.</summary>
        public long Moved { get; private set; }

        public async Task GiveAsync(int id, bool isAll)
        {
            int only = Random.Next(Columns);
            for (int column = 0; column < Columns; column++)
                if (isAll || column == only)
                    Set(id, column, (byte)Random.Next(Values));
            var row = new StringBuilder().Append('[').Append(id);
            for (int column = 0; column < Columns; column++)
                row.Append(',').Append(values[id * Columns + column]);
            writer.Add([], Encoding.UTF8.GetBytes(row.Append(']').ToString()), 0);
            last = id;
            if (writer.Records >= BatchRows)
                await FlushAsync();
        }

        public Task FlushAsync() => writer.FlushAsync(++sequence, CancellationToken.None);

        /// <summary>Whether the object that was given last has its tags.</summary>
        public async Task<bool> IsReachedAsync(ITagIndexGrain index)
        {
            ObjectTags of = (await index.TagsOf([last.ToString(CultureInfo.InvariantCulture)]))[0];
            return of.Tags.Count == Enumerable.Range(0, Columns).Sum(column => Steps(values[last * Columns + column]));
        }

        void Set(int id, int column, byte value)
        {
            ref byte at = ref values[id * Columns + column];
            int difference = Steps(value) - Steps(at);
            (Held, Moved, at) = (Held + difference, Moved + Math.Abs(difference), value);
        }

        static int Steps(byte value) => Math.Min(value / 5, Thresholds);
    }
}
