using System.Buffers;
using System.Globalization;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Exchanges;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Values;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Several partitions of one dataflow. The first one leads: it alone looks at sources and writes the journal, as one that is alone does; the others do what the journal says, each with its part of the sources'
/// partitions.
/// <code>
/// an epoch: the leader's entry is durable; every partition reads it, takes its ranges, steps; rows go through the exchange's topic, and no step ends before all of them are there
/// a restart of any: its newest checkpoint, the journal behind it, the others' messages from the topic; what it sends again is there already. The others wait for it within the epoch
/// a query: between two epochs the leader gathers the rows of what is read from all, and answers over them
/// </code>
/// </summary>
sealed partial class DataflowGrain
{
    static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(2);
    static readonly TimeSpan CutPatience = TimeSpan.FromSeconds(10);

    /// <summary>Held from before an epoch is in the journal until all partitions have done it, and while rows of one cut are gathered.</summary>
    readonly SemaphoreSlim cut = new(1);
    readonly Dictionary<string, FollowedQuery> followed = new(StringComparer.Ordinal);
    TopicExchange? exchange;
    bool isCutHeld;

    int Count => options.Partitions;

    /// <summary>Of this partition.</summary>
    int Number => int.Parse(Key.AsSpan(Key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    public async Task<RowsPart> Part(long asked, string relation, long skip)
    {
        DataflowEngine into = await EngineAsync();
        await UntilAsync(() => epoch >= asked, CutPatience);
        return await UseAsync(into, graph =>
        {
            if (epoch != asked)
                throw new TimeoutException($"Partition {Number} of the views of '{Tenant}' stands at epoch {epoch}; {asked} was asked for. Ask again in a moment.");
            (byte[] rows, bool isLast) = graph.PartOf(relation, skip);
            return new RowsPart(rows, isLast);
        }, ending.Token);
    }

    IDataflowGrain Partition(int number) => GrainFactory.GetGrain<IDataflowGrain>(SqlKeys.Dataflow(Tenant, number));

    void WakeOthers(SchemaOrder wanted)
    {
        // Not before it is known that there are so many.
        for (int other = 1; Number == 0 && stored.State.Partitions == Count && other < Count; other++)
            Wake(other);

        async void Wake(int other)
        {
            try
            {
                await Partition(other).Wake(wanted);
            }
            catch (Exception failure)
            {
                // The next time is soon.
                SqlMessages.NotWoken(logger, $"{Tenant}/{other}", failure);
            }
        }
    }

    /// <summary>A state of so many parts is of no use to another number of partitions.</summary>
    void CheckCount()
    {
        if (Count is < 1 or > 64)
            throw new InvalidOperationException($"{nameof(options.Partitions)} is {Count}; it can be 1 to 64.");
        int before = stored.State.Partitions > 0 ? stored.State.Partitions : stored.State.Term > 0 ? 1 : Count;
        if (before != Count)
        {
            throw new InvalidOperationException(
                $"The views of '{Tenant}' are kept in {before} partitions, and {nameof(options.Partitions)} says {Count}. Set it back to {before}; another number is for tenants that have no tables and views yet.");
        }

        stored.State.Partitions = Count;
    }

    async Task OpenExchangeAsync(CancellationToken cancellationToken)
    {
        exchange = null;
        if (Count == 1)
            return;
        exchange = new TopicExchange(GrainFactory, Tenant, Number, Count, stored.State.Term, options.TrimmedAge, time);
        await exchange.CreateAsync();
        if (Number > 0)
            await exchange.ClaimAsync(cancellationToken);
    }

    /// <summary>Reads messages from where the checkpoint says; adds that to what is held.</summary>
    Dictionary<string, long> BeginExchange(Dictionary<string, long> held)
    {
        if (exchange is null)
            return held;
        held[exchange.Key] = restoredFrom?.ExchangeOffset ?? 0;
        exchange.Begin(held[exchange.Key]);
        return held;
    }

    Task<bool> IsOwnerAsync(CancellationToken cancellationToken) => Number > 0 ? exchange!.IsOwnerAsync(cancellationToken) : journal.IsOwnerAsync(cancellationToken);

    /// <summary>Does what the leader has written meanwhile.</summary>
    async Task FollowAsync(DataflowEngine into, CancellationToken cancellationToken)
    {
        await journal.WaitAsync(cancellationToken);
        await journal.ReplayAsync(journal.Next, epoch, record => ReplayAsync(into, record, cancellationToken), cancellationToken);
    }

    /// <summary>Holds the topics of new tables, as the leader did before it wrote that they are read.</summary>
    async Task HoldNewAsync(DataflowEngine into, SchemaChange change)
    {
        var next = new SchemaCatalog(into.Catalog.Definitions.Where(definition => !change.Drop.Contains(definition.Name)).Where(definition => change.Make.All(made => made.Name != definition.Name)).Concat(change.Make));
        var opener = new SourceOpener(GrainFactory, Tenant, options, time);
        foreach ((string name, long[] starts) in change.Starts)
            if (next.Find(name) is { } definition && next.TryBind(definition)?.Relation is { } table)
                await holds.AddAsync(PartitionsOf(opener.HeldTopicOf(table), starts));
    }

    /// <summary>Writes an epoch into the journal and does it. Of several partitions, no cut is between.</summary>
    async Task<long> OnceAsync(DataflowEngine into, JournalRecord record, IReadOnlyList<TableSlice> slices, CancellationToken cancellationToken)
    {
        if (Count > 1)
        {
            await cut.WaitAsync(cancellationToken);
            isCutHeld = true;
        }

        try
        {
            await journal.AppendAsync(record, cancellationToken);
            return await StepAsync(into, record, slices, null, cancellationToken);
        }
        finally
        {
            LeaveCut();
        }
    }

    void LeaveCut()
    {
        if (!isCutHeld)
            return;
        isCutHeld = false;
        cut.Release();
    }

    Task<SqlResult> AskAllAsync(QueryOrder asked, Func<DataflowEngine, StatementSyntax, DataflowGraph, CancellationToken, SqlResult> ask) => AskAsync(
        asked, (into, cancellationToken) => AtCutAsync(into, SqlParser.ParseStatement(asked.Text), (graph, statement, over) => ask(graph, statement, over, cancellationToken), cancellationToken));

    /// <summary>Gathers the rows of what a statement reads from all partitions, as they are behind one epoch, into a graph of their own.</summary>
    async Task<T> AtCutAsync<T>(DataflowEngine into, StatementSyntax statement, Func<DataflowEngine, StatementSyntax, DataflowGraph, T> ask, CancellationToken cancellationToken)
    {
        await cut.WaitAsync(cancellationToken);
        try
        {
            long at = epoch, now = Math.Max(clock, NowMicroseconds);
            (string Name, RowLayout Layout)[] wanted = await UseAsync(into, graph => graph.Reads(statement).Select(name => (name, graph.RowsOf(name))).ToArray(), cancellationToken);
            using var over = new DataflowGraph();
            foreach ((string name, RowLayout layout) in wanted)
                over.AddTable(new Relation(name, RelationKind.Table, layout.Schema, [], new Dictionary<string, string>()));
            long bytes = 0;
            foreach ((string name, RowLayout layout) in wanted)
            {
                DataflowTable table = over.FindTable(name);
                await foreach (byte[] page in PagesAsync(name, at))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    bytes += page.Length;
                    if (bytes > options.QueryBytesMax)
                        throw new RowMemoryException($"The tables and views that are read have more than {options.QueryBytesMax:N0} bytes in {Count} partitions ({nameof(options.QueryBytesMax)}). Ask a materialized view that has the answer.");
                    PackedPages.Each(page, layout, (row, weight) => table.Add(PackedRow.Copy(row, over.Arena), weight));
                }
            }

            return await Task.Run(
                () =>
                {
                    over.Step(now);
                    over.EndStep();
                    return ask(into, statement, over);
                },
                CancellationToken.None);
        }
        finally
        {
            cut.Release();
        }
    }

    /// <summary>The rows of a table or view from all partitions, as they are behind an epoch; within the cut.</summary>
    async IAsyncEnumerable<byte[]> PagesAsync(string relation, long at)
    {
        for (int number = 0; number < Count; number++)
        {
            RowsPart part;
            long skip = 0;
            do
            {
                part = number == 0 ? await Part(at, relation, skip) : await Partition(number).Part(at, relation, skip);
                skip += PackedPages.CountOf(part.Rows);
                yield return part.Rows;
            }
            while (!part.IsLast);
        }
    }

    /// <summary>What changed in a query's answer since it was told last: asked anew at each look, and compared.</summary>
    async Task<SqlFeed> FollowAllAsync(DataflowEngine into, string text, QuerySyntax syntax, string? cursor, TimeSpan patience)
    {
        foreach (string idle in followed.Where(query => query.Value.IsIdle(options.SubscriptionIdle)).Select(static query => query.Key).ToArray())
            followed.Remove(idle);
        var statement = new QueryStatementSyntax(syntax);
        long started = time.GetTimestamp();
        while (true)
        {
            if (!followed.TryGetValue(text, out FollowedQuery? query) || query.Epoch != epoch)
            {
                (SqlResult answer, long at) = await AtCutAsync(
                    into, statement, (graph, asked, over) => (graph.Query(((QueryStatementSyntax)asked).Query, int.MaxValue - 1, Math.Max(clock, NowMicroseconds), ending.Token, over), epoch), ending.Token);
                // Another may have begun to follow it meanwhile.
                if (followed.TryGetValue(text, out query))
                    query.Take(at, answer);
                else if (followed.Count >= options.SubscriptionsMax)
                    throw new Interfaces.Errors.LimitReachedException($"{followed.Count} queries are followed, which is the most ({nameof(options.SubscriptionsMax)}). End one that nobody reads.");
                else
                    followed[text] = query = new FollowedQuery(text, at, answer, options.SubscriptionChangesMax, time);
            }

            SqlFeed feed = query.Since(cursor);
            TimeSpan left = patience - time.GetElapsedTime(started);
            if (feed.IsSnapshot || feed.Changes.Utf8.Length > SqlJson.EmptyArray.Utf8.Length || left <= TimeSpan.Zero)
                return feed;
            await StateWriter.Settled(passed.Task.WaitAsync(left, time, ending.Token));
            ending.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Sums over all partitions. One that is away is named.</summary>
    async Task<DataflowStatus> StatusOfAllAsync(DataflowEngine into)
    {
        Task<DataflowStatus>[] asked = [.. Enumerable.Range(0, Count).Select(number => (number == 0 ? OwnStatusAsync(into) : Partition(number).Status()).WaitAsync(StatusPatience, time))];
        foreach (Task<DataflowStatus> answer in asked)
            await StateWriter.Settled(answer);
        int[] away = [.. Enumerable.Range(0, Count).Where(number => !asked[number].IsCompletedSuccessfully || asked[number].Result.Phase != "running")];
        DataflowStatus[] known = [.. asked.Where(static answer => answer.IsCompletedSuccessfully).Select(static answer => answer.Result)];
        string? missing = away.Length == 0 ? null
            : known.Select(static status => status.Problem).FirstOrDefault(static told => told is not null) ?? $"Partition {string.Join(", ", away)} of {Count} is being restored; the others wait for it.";
        DataflowStatus first = asked[0].IsCompletedSuccessfully ? asked[0].Result : new DataflowStatus(version, epoch, phase, problem, [], [], []);
        return first with
        {
            Phase = away.Length == 0 ? first.Phase : "waiting",
            Problem = first.Problem ?? missing ?? known.Select(static status => status.Problem).FirstOrDefault(static told => told is not null),
            Relations = [.. first.Relations.Select(relation => known.Skip(1).SelectMany(static status => status.Relations).Where(other => other.Name == relation.Name).Aggregate(relation, static (sum, other) => sum with
            {
                Rows = sum.Rows + other.Rows,
                StateBytes = sum.StateBytes + other.StateBytes,
                Rejected = sum.Rejected + other.Rejected,
                Problem = sum.Problem ?? other.Problem,
                // All partitions pass what any of them has read.
                RatePerSecond = sum.StateBytes is null ? sum.RatePerSecond : sum.RatePerSecond + other.RatePerSecond,
            }))],
            Sinks = [.. known.SelectMany(static status => status.Sinks).GroupBy(static sink => sink.Insert).Select(static parts => parts.Aggregate(static (sum, other) => new SinkStatus(
                sum.Insert, sum.Waiting + other.Waiting, sum.RowsPerSecond + other.RowsPerSecond, sum.Problem ?? other.Problem, sum.WrittenAt > other.WrittenAt ? sum.WrittenAt : other.WrittenAt ?? sum.WrittenAt)))],
        };
    }

    /// <summary>The same operators at each partition, in the same order: their figures are added up.</summary>
    async Task<IReadOnlyList<SqlOperator>> OperatorsOfAllAsync(string name, IReadOnlyList<SqlOperator> own)
    {
        SqlOperator[] sums = [.. own];
        for (int number = 1; number < Count; number++)
        {
            IReadOnlyList<SqlOperator> others = await Partition(number).Operators(name);
            for (int index = 0; index < sums.Length && others.Count == sums.Length; index++)
            {
                SqlOperator other = others[index];
                sums[index] = sums[index] with
                {
                    RowsIn = sums[index].RowsIn + other.RowsIn,
                    RowsOut = sums[index].RowsOut + other.RowsOut,
                    RatePerSecond = sums[index].RatePerSecond + other.RatePerSecond,
                    StateRows = sums[index].StateRows + other.StateRows,
                    StateBytes = sums[index].StateBytes + other.StateBytes,
                };
            }
        }

        return sums;
    }
}
