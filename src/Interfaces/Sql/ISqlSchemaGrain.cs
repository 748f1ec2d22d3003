using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Sql;

/// <summary>
/// The tables, views and functions that a tenant made by SQL, and everything that a person asks of them. Key: the tenant's id. What runs and keeps the views true is the
/// tenant's dataflow, which this grain tells of each change.
/// </summary>
public interface ISqlSchemaGrain : IGrainWithStringKey
{
    /// <summary>Runs the statements of a text one after another; the first that cannot be run ends it, and those before it stay done.</summary>
    /// <exception cref="SqlRefusedException">A statement cannot be read or run; the place is in the text that was given.</exception>
    /// <exception cref="SqlForbiddenException">A statement changes something, and the caller may only read.</exception>
    /// <exception cref="NotFoundException">There is no such tenant.</exception>
    /// <remarks>A script of hundreds of statements takes minutes where each new view is filled first.</remarks>
    [AlwaysInterleave, ResponseTimeout("00:10:00")]
    Task<IReadOnlyList<SqlResult>> Run(SqlRequest request);

    /// <summary>What is wrong with a text, without running it; empty where nothing is.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SqlProblem>> Check(string text);

    /// <summary>What queries would give if they were followed, each as a text of its own.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SqlShape>> Shapes(IReadOnlyList<string> queries);

    /// <summary>What could stand at a place of a text.</summary>
    /// <param name="offset">Characters before the place.</param>
    [AlwaysInterleave]
    Task<SqlCompletion> Complete(string text, int offset);

    /// <summary>All tables and views, by name.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<RelationInfo>> Relations();

    /// <exception cref="NotFoundException">There is no such table or view.</exception>
    [AlwaysInterleave]
    Task<RelationView> Relation(string name);

    /// <summary>All materialized views and inserts into sinks, by origin and name.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<PipelineInfo>> Pipelines();

    /// <param name="name">Of the view; of an insert its sink's with <c>#</c> and a number behind it.</param>
    /// <exception cref="NotFoundException">There is no such pipeline.</exception>
    [AlwaysInterleave]
    Task<PipelineView> Pipeline(string name);

    /// <summary>Rows of a table or a materialized view as they are.</summary>
    /// <param name="limit">1 to the most rows of a query.</param>
    /// <param name="key">Values of the primary key's columns as texts, in their order; null: any rows.</param>
    /// <exception cref="NotFoundException">There is no such table or view.</exception>
    [AlwaysInterleave]
    Task<SqlResult> Rows(string name, int limit, IReadOnlyList<string>? key);

    /// <summary>Adds rows to a table of one's own, as one change.</summary>
    /// <param name="rowsJson">A JSON array of rows; each an array of values in the columns' order, or an object by column names.</param>
    /// <returns>How many rows were added or replaced.</returns>
    /// <exception cref="NotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidInputException">A row does not fit; nothing was added.</exception>
    [AlwaysInterleave]
    Task<int> Append(string name, byte[] rowsJson);

    /// <summary>What a table could not read, what a view or a sink's query could not compute with; the newest first.</summary>
    /// <exception cref="NotFoundException">There is no such table or view.</exception>
    [AlwaysInterleave]
    Task<Page<SqlLetter>> Letters(string name, PageRequest page);

    /// <summary>Where the columns of tables' sources became others, the newest first; at most 500.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SourceChange>> SourceChanges();

    /// <summary>Lets a materialized view, or the writing into a sink, stand still.</summary>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task<RelationInfo> Pause(string name, string user);

    /// <summary>Lets it go on; it takes in what happened meanwhile. Also a table that stands still because its source's columns became others.</summary>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task<RelationInfo> Resume(string name, string user);

    /// <summary>Reads a table that is read from a database on a schedule now, whenever it would be due; answers when that has begun.</summary>
    /// <exception cref="NotFoundException">There is no such table.</exception>
    /// <exception cref="ConflictException">It is no scheduled one.</exception>
    [AlwaysInterleave]
    Task ReadNow(string name);

    /// <summary>Lets another definition of a materialized view run beside it, filled and kept true as the view is. One that is there already is replaced.</summary>
    /// <param name="text">A query, or the whole CREATE MATERIALIZED VIEW.</param>
    /// <exception cref="SqlRefusedException">It cannot be read, or means nothing.</exception>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task<SqlCandidate> PutCandidate(string name, string text, string user);

    /// <summary>Compares a view with its candidate, both at one cut.</summary>
    /// <param name="limit">Rows that are in one of them only, 0 to 1,000.</param>
    /// <exception cref="NotFoundException">There is no such view, or it has no candidate.</exception>
    [AlwaysInterleave]
    Task<SqlCandidate> Candidate(string name, int limit);

    /// <summary>Lets the candidate take the view's place. Sinks hear only what differs.</summary>
    /// <exception cref="ConflictException">What reads the view would mean nothing any more.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:30")]
    Task<RelationInfo> SwitchCandidate(string name, string user);

    /// <summary>Ends the candidate; the view goes on.</summary>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task DropCandidate(string name, string user);

    /// <summary>Reads a table's topic again from an earlier place. What reads the table is made anew over its rows; sinks are told how that differs from what they had.</summary>
    /// <exception cref="NotFoundException">There is no such table.</exception>
    /// <exception cref="ConflictException">It is not read from a topic.</exception>
    /// <exception cref="InvalidInputException">The topic does not have these offsets.</exception>
    [AlwaysInterleave, ResponseTimeout("00:01:30")]
    Task<SqlRewound> Rewind(string name, SqlRewind rewind);

    /// <summary>The result of a query and then what changes of it.</summary>
    /// <param name="query">A query, or the name of a view.</param>
    /// <param name="cursor">From the part before; null: begin with the whole result.</param>
    /// <param name="wait">How long to wait for a change, at most 5 s.</param>
    /// <exception cref="SqlRefusedException">The query cannot be read or followed.</exception>
    [AlwaysInterleave]
    Task<SqlFeed> Follow(string query, string? cursor, TimeSpan wait);

    /// <summary>Sees that the tenant's views are running. Called when silos start, and again and again.</summary>
    [AlwaysInterleave]
    Task Wake();

    /// <summary>Called by a tenant that is deleted: its tables, views and functions go, with their rows.</summary>
    Task TenantDeleted();
}

/// <summary>The tenants that have tables or views. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface ISqlDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Called by a tenant's first table. At most 10,000 tenants.</summary>
    Task Add(string tenant);

    Task Remove(string tenant);

    /// <summary>Sees that the views of all tenants are running.</summary>
    [AlwaysInterleave]
    Task WakeAll();
}
