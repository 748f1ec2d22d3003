using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Log;
using Orrery.Sql.Binding;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Running;

/// <summary>What is asked of the graph.</summary>
sealed partial class DataflowGrain
{
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10), SeenPatience = TimeSpan.FromSeconds(10), FollowWaitMax = TimeSpan.FromSeconds(5);

    public async Task<bool> Apply(SchemaOrder newOrder, TimeSpan patience)
    {
        await Wake(newOrder);
        if (await UntilAsync(() => version >= newOrder.Version, patience))
            return true;
        return backfill is not null ? false : throw new TimeoutException($"The views of '{Tenant}' have not taken over version {newOrder.Version} of the schema within {patience.TotalSeconds:F0} s{(problem is null ? "" : $": {problem}")}. They will.");
    }

    public Task<SqlResult> Query(QueryOrder asked) => Count > 1
        ? AskAllAsync(asked, (graph, query, over, cancellationToken) => graph.Query(((QueryStatementSyntax)query).Query, asked.RowsLimit, Math.Max(clock, NowMicroseconds), cancellationToken, over))
        : AskAsync(asked, (graph, cancellationToken) => graph.Query(SqlParser.ParseQuery(asked.Text), asked.RowsLimit, Math.Max(clock, NowMicroseconds), cancellationToken));

    public Task<SqlResult> Why(QueryOrder asked) => Count > 1
        ? AskAllAsync(asked, (graph, why, over, cancellationToken) => graph.Why((WhySyntax)why, asked.RowsLimit, Math.Max(clock, NowMicroseconds), cancellationToken, over))
        : AskAsync(asked, (graph, cancellationToken) => graph.Why((WhySyntax)SqlParser.ParseStatement(asked.Text), asked.RowsLimit, Math.Max(clock, NowMicroseconds), cancellationToken));

    Task<SqlResult> AskAsync(QueryOrder asked, Func<DataflowEngine, CancellationToken, SqlResult> ask) => AskAsync(asked, (into, cancellationToken) => UseAsync(into, graph => ask(graph, cancellationToken), cancellationToken));

    public Task<ComparedRows> Compare(CompareOrder asked)
    {
        ComparedRows Compared(DataflowEngine graph, CancellationToken cancellationToken, Orrery.Dataflow.Graphs.DataflowGraph? over)
        {
            long now = Math.Max(clock, NowMicroseconds);
            return new ComparedRows(
                epoch, graph.Query(SqlParser.ParseQuery(asked.Counts), 1, now, cancellationToken, over), graph.Query(SqlParser.ParseQuery(asked.Rows.Text), asked.Rows.RowsLimit, now, cancellationToken, over));
        }

        return AskAsync(asked.Rows, (into, cancellationToken) => Count > 1
            ? AtCutAsync(into, SqlParser.ParseStatement(asked.Rows.Text), (graph, _, over) => Compared(graph, cancellationToken, over), cancellationToken)
            : UseAsync(into, graph => Compared(graph, cancellationToken, null), cancellationToken));
    }

    async Task<T> AskAsync<T>(QueryOrder asked, Func<DataflowEngine, CancellationToken, Task<T>> ask)
    {
        DataflowEngine into = await EngineAsync();
        using var limit = new CancellationTokenSource(asked.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending.Token);
        try
        {
            T answer = await ask(into, either.Token);
            instruments.Query(isAnswered: true);
            return answer;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            instruments.Query(isAnswered: false);
            throw new SqlRefusedException($"The query took more than {asked.Timeout.TotalSeconds:F0} s and was given up. Ask for less, or make it a materialized view.", 0, 0, 0, 0, 0);
        }
        catch (Exception fault) when (Refusal(fault) is { } refusal)
        {
            instruments.Query(isAnswered: false);
            throw backfill is { } filling && fault is SqlBindingException ? new SqlRefusedException($"{refusal.Message} Views are being filled beside those that run ({filling.Note}); ask again when they are there.", 1, 0, 0, 0, 0) : refusal;
        }
    }

    public async Task<int> Add(string table, byte[][] rows)
    {
        DataflowEngine into = await EngineAsync();
        if (rows.Length == 0)
            return 0;
        var encoder = new LogBatchEncoder();
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (byte[] row in rows)
            encoder.Add([], row, now);
        byte[] batch = encoder.Finish().ToArray();
        ITopicPartitionGrain partition = GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(SqlKeys.TableTopic(Tenant, table), 0));
        // Once, without a retry: a caller who hears of a failure knows that it may have been added.
        TopicAppend appended = await partition.Append(batch);
        long end = appended.BaseOffset + appended.Records;
        await UntilAsync(() => (engine ?? into).FindTable(table)?.Applied[0] >= end, SeenPatience);
        return rows.Length;
    }

    public async Task<int> Insert(string text)
    {
        DataflowEngine into = await EngineAsync();
        try
        {
            (string table, byte[][] rows) = Count > 1
                ? await AtCutAsync(into, SqlParser.ParseStatement(text), (graph, insert, over) => graph.RowsOf((InsertSyntax)insert, Math.Max(clock, NowMicroseconds), ending.Token, over), ending.Token)
                : await UseAsync(into, graph => graph.RowsOf((InsertSyntax)SqlParser.ParseStatement(text), Math.Max(clock, NowMicroseconds), ending.Token), ending.Token);
            return await Add(table, rows);
        }
        catch (Exception fault) when (Refusal(fault) is { } refusal)
        {
            throw refusal;
        }
    }

    public async Task<SqlFeed> Follow(string query, string? cursor, TimeSpan wait)
    {
        DataflowEngine into = await EngineAsync();
        try
        {
            QuerySyntax syntax = ReadFollowed(query);
            if (Count > 1)
                return await FollowAllAsync(into, query, syntax, cursor, wait < FollowWaitMax ? wait : FollowWaitMax);
            (SqlFeed feed, Task changed) = await UseAsync(into, graph => Part(graph, query, syntax, cursor), ending.Token);
            TimeSpan patience = wait < FollowWaitMax ? wait : FollowWaitMax;
            if (feed.IsSnapshot || feed.Changes.Utf8.Length > SqlJson.EmptyArray.Utf8.Length || patience <= TimeSpan.Zero)
                return feed;
            await StateWriter.Settled(changed.WaitAsync(patience, time, ending.Token));
            return (await UseAsync(into, graph => Part(graph, query, syntax, cursor), ending.Token)).Feed;
        }
        catch (Exception fault) when (Refusal(fault) is { } refusal)
        {
            throw refusal;
        }
    }

    public async Task<DataflowStatus> Status()
    {
        if (engine is not { } into)
            return new DataflowStatus(version, epoch, phase, problem ?? checkpointProblem, [], [], []);
        if (Count > 1 && Number == 0)
            return await StatusOfAllAsync(into);
        return await OwnStatusAsync(into);
    }

    async Task<DataflowStatus> OwnStatusAsync(DataflowEngine into)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ILookup<string, string> failing = FailingSinks(into);
        return await UseAsync(into, graph => new DataflowStatus(
            version, epoch, phase, problem ?? checkpointProblem,
            [
                .. graph.Statuses(now).Select(Standing).Select(state => failing[state.Name].FirstOrDefault() is { } reason ? state with { Problem = reason } : state),
                .. Filling(graph.Catalog),
            ],
            [.. graph.Tables.SelectMany(table => table.Lags(now))], SinkStatuses()), ending.Token);
    }

    SinkStatus[] SinkStatuses() => [.. sinks.Select(sink => new SinkStatus(sink.Key, sink.Value.Waiting, sink.Value.RowsPerSecond(), sink.Value.Problem, sink.Value.WrittenAt))];

    /// <summary>What hinders the writing into tables elsewhere, by their name. It is tried again until it goes.</summary>
    ILookup<string, string> FailingSinks(DataflowEngine into) => sinks
        .Where(static sink => sink.Value.Problem is not null && sink.Value.Waiting > 0)
        .Select(sink => (into.Catalog.Find(sink.Key), sink.Value.Problem))
        .Where(static sink => sink.Item1 is not null)
        .ToLookup(sink => into.Catalog.Bind(sink.Item1!).Relation?.Name ?? "", static sink => $"Writing into it fails, and is tried again: {sink.Problem}", StringComparer.OrdinalIgnoreCase);

    public async Task<IReadOnlyList<SqlOperator>> Operators(string name)
    {
        if (engine is not { } into)
            return [];
        IReadOnlyList<SqlOperator> own = await UseAsync(into, graph => graph.Operators(name, time.GetUtcNow().ToUnixTimeMilliseconds()), ending.Token);
        return Count > 1 && Number == 0 ? await OperatorsOfAllAsync(name, own) : own;
    }

    (SqlFeed Feed, Task Changed) Part(DataflowEngine graph, string query, QuerySyntax syntax, string? cursor)
    {
        Subscription subscription = graph.Follow(query, syntax, epoch, time);
        Orrery.Dataflow.Graphs.DataflowView view = graph.ViewOf(subscription);
        return (subscription.Since(cursor, epoch, view), subscription.Changed);
    }

    /// <summary>A query, SUBSCRIBE with a query, or the name of a view.</summary>
    QuerySyntax ReadFollowed(string text)
    {
        if (order?.Definitions.FirstOrDefault(definition => definition.Name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase) && definition.Kind != DefinitionKind.Function) is { } named)
            return SqlParser.ParseQuery($"SELECT * FROM {SqlPrinter.Name(named.Name)}");
        return SqlParser.ParseStatement(text) switch
        {
            QueryStatementSyntax query => query.Query,
            SubscribeSyntax subscribe => subscribe.Query,
            var other => throw new SqlRefusedException($"Only a query can be followed, not a {other.GetType().Name[..^"Syntax".Length]}.", 1, 1, 1, 0, text.Length),
        };
    }

    async Task<DataflowEngine> EngineAsync()
    {
        if (!await UntilAsync(() => engine is not null, StartPatience))
            throw new TimeoutException($"The views of '{Tenant}' are being restored{(problem is null ? "" : $": {problem}")}.");
        return engine!;
    }

    /// <summary>Waits for something that epochs bring about.</summary>
    async Task<bool> UntilAsync(Func<bool> holds, TimeSpan patience)
    {
        long started = time.GetTimestamp();
        while (!holds())
        {
            TimeSpan left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return false;
            await StateWriter.Settled(passed.Task.WaitAsync(left < Look ? left : Look, time, ending.Token));
            ending.Token.ThrowIfCancellationRequested();
        }

        return true;
    }

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    static RefusalException? Refusal(Exception fault) => fault switch
    {
        SqlSyntaxException syntax => new SqlRefusedException(syntax.Reason, 1, syntax.Span.Line, syntax.Span.Column, syntax.Span.Offset, syntax.Span.Length),
        SqlBindingException binding => new SqlRefusedException(binding.Reason, 1, binding.Span.Line, binding.Span.Column, binding.Span.Offset, binding.Span.Length),
        SqlValueException or Orrery.Sql.Rows.RowMemoryException or NotSupportedException => new SqlRefusedException(fault.Message, 1, 0, 0, 0, 0),
        _ => null,
    };
}
