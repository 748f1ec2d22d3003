using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Sql.Schemas;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql;

/// <summary>
/// Keeps a tenant's materialized views true and carries its inserts into sinks. Key: <see cref="SqlKeys.Dataflow"/>, <c>tenant/partition</c>. Only the tenant's
/// <see cref="ISqlSchemaGrain"/> calls it, the first partition, which calls the others; and checks, for cuts.
/// </summary>
interface IDataflowGrain : IGrainWithStringKey
{
    /// <summary>Sees that it runs as ordered. Answers at once.</summary>
    [AlwaysInterleave]
    Task Wake(SchemaOrder order);

    /// <summary>As <see cref="Wake"/>, and answers when a version of the schema is in force.</summary>
    /// <returns>False: it is not within the patience, as its views are being filled; it will be.</returns>
    /// <exception cref="TimeoutException">It is not within the patience; it will be.</exception>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task<bool> Apply(SchemaOrder order, TimeSpan patience);

    /// <summary>Answers a query at a cut between two epochs.</summary>
    /// <exception cref="SqlRefusedException">It cannot be answered.</exception>
    [AlwaysInterleave]
    Task<SqlResult> Query(QueryOrder order);

    /// <summary>The rows of each table behind rows of a view: a result with the columns <c>table</c> and <c>row</c>, a row as a JSON object's text.</summary>
    /// <param name="order">Of a WHY statement.</param>
    [AlwaysInterleave]
    Task<SqlResult> Why(QueryOrder order);

    /// <summary>Answers two queries at one cut.</summary>
    /// <exception cref="SqlRefusedException">One of them cannot be answered.</exception>
    [AlwaysInterleave]
    Task<ComparedRows> Compare(CompareOrder order);

    /// <summary>Adds rows to a table of one's own; answers when queries see them.</summary>
    /// <param name="rows">Each a JSON array in the order of the table's columns that are not computed.</param>
    [AlwaysInterleave]
    Task<int> Add(string table, byte[][] rows);

    /// <summary>Adds the rows of an INSERT into a table of one's own, as they are at this moment; answers when queries see them.</summary>
    /// <returns>How many.</returns>
    [AlwaysInterleave]
    Task<int> Insert(string text);

    /// <inheritdoc cref="ISqlSchemaGrain.Follow"/>
    [AlwaysInterleave]
    Task<SqlFeed> Follow(string query, string? cursor, TimeSpan wait);

    [AlwaysInterleave]
    Task<DataflowStatus> Status();

    /// <summary>Where sources' columns became others, the newest last.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SourceChange>> SourceChanges();

    /// <summary>Lets a table read on whose source's columns became others.</summary>
    /// <returns>Whether it stood still.</returns>
    [AlwaysInterleave]
    Task<bool> AcceptSource(string table);

    /// <summary>The operators of a view with their figures; empty where it has none.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SqlOperator>> Operators(string name);

    /// <summary>Of several partitions: rows of a table or view that this one has behind an epoch. Answers when the epoch is done here.</summary>
    /// <param name="skip">Different rows that were answered before.</param>
    [AlwaysInterleave]
    Task<RowsPart> Part(long epoch, string relation, long skip);

    /// <summary>The definitions that it runs by; null: it was not woken yet.</summary>
    [AlwaysInterleave]
    Task<SchemaOrder?> Schema();

    /// <summary>Lets the sources over these topics stand still for a cut; the answer says how far each partition is read.</summary>
    /// <param name="id">Whose cut it is.</param>
    /// <exception cref="Interfaces.Errors.ConflictException">Another cut is under way.</exception>
    [AlwaysInterleave]
    Task<CutPlace[]> HoldCut(string id, string[] topics);

    /// <summary>Lets held sources be read up to places, copies rows of views there, and lets them go on.</summary>
    [AlwaysInterleave, ResponseTimeout("00:12:00")]
    Task<CutAnswer> CopyCut(CutOrder order);

    /// <summary>A page of copied rows: int32 weight and the packed row each.</summary>
    [AlwaysInterleave]
    Task<byte[]> CutPage(string id, string relation, int page);

    /// <summary>Ends a cut: its copies are forgotten, and its sources go on.</summary>
    [AlwaysInterleave]
    Task DropCut(string id);

    /// <summary>Stops, and forgets all rows; it has no tables and views any more. Woken again, it goes on behind the epochs that were.</summary>
    /// <param name="last">The epoch that it has done before.</param>
    Task Forget(long last);
}

/// <param name="Rows">Int32 weight and the packed row each.</param>
/// <param name="IsLast">Whether there are no more.</param>
sealed record RowsPart(byte[] Rows, bool IsLast);

/// <summary>What the dataflow is to be.</summary>
/// <param name="Version">Of the schema; an older one than it was given is ignored.</param>
sealed record SchemaOrder(long Version, SqlDefinition[] Definitions);

/// <param name="Text">One query.</param>
/// <param name="RowsLimit">Rows of the answer.</param>
/// <param name="Timeout">Until it is given up.</param>
sealed record QueryOrder(string Text, int RowsLimit, TimeSpan Timeout);

/// <param name="Counts">A query of one row.</param>
/// <param name="Rows">A query that reads all that the other one does.</param>
sealed record CompareOrder(string Counts, QueryOrder Rows);

/// <param name="Epoch">Behind which both were answered.</param>
sealed record ComparedRows(long Epoch, SqlResult Counts, SqlResult Rows);

/// <param name="Version">Of the schema in force.</param>
/// <param name="Epoch">The last one.</param>
/// <param name="Phase">See <see cref="Interfaces.Channels.SourceStatus.Phase"/>.</param>
/// <param name="Problem">What went wrong last; null while it goes well.</param>
/// <param name="Relations">By name; only those that keep something or stand still.</param>
sealed record DataflowStatus(long Version, long Epoch, string Phase, string? Problem, IReadOnlyList<RelationStatus> Relations, IReadOnlyList<SourceLag> Sources, IReadOnlyList<SinkStatus> Sinks);

/// <param name="Insert">That writes into it.</param>
/// <param name="Waiting">Rows that are not written yet.</param>
/// <param name="RowsPerSecond">Written, over the last seconds.</param>
/// <param name="Problem">What hinders it; null: nothing.</param>
/// <param name="WrittenAt">When something was written last.</param>
sealed record SinkStatus(string Insert, long Waiting, double RowsPerSecond, string? Problem, DateTimeOffset? WrittenAt);

/// <param name="Status">See <see cref="RelationInfo.Status"/>.</param>
/// <param name="RatePerSecond">Of a view: changes given; of a table: records taken.</param>
sealed record RelationStatus(string Name, long? Rows, long? StateBytes, double? FreshnessSeconds, string Status, string? Problem, long Rejected, double RatePerSecond);
