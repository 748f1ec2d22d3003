using Orrery.Interfaces.Sql;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Sql;

/// <summary>What one stream has sent of a query, and so what is new. The events' id is the cursor, so that a browser that comes back goes on where it was.</summary>
internal sealed class LiveQuery(ISqlSchemaGrain schema, string query, string? cursor)
{
    public async Task AskAsync(EventWriter events)
    {
        SqlFeed part = await schema.Follow(query, cursor, TimeSpan.Zero);
        cursor = part.Cursor;
        if (part.IsSnapshot)
            events.Write("snapshot", new SnapshotEvent(part.Epoch, part.Columns, part.Rows), part.Cursor);
        if (part.Changes.Utf8.Length > SqlJson.EmptyArray.Utf8.Length)
            events.Write("changes", part.Changes, part.Cursor);
    }
}

internal sealed record SnapshotEvent(long Epoch, IReadOnlyList<SqlColumn> Columns, SqlJson Rows);
