using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>Statements: the bounds of transactions, and definitions.</summary>
internal sealed partial class BinlogDecoder
{
    bool transactionOpen; // within a group: its rows are still to come

    DecodeResult Query(in EventHeader header, QueryEvent query, long end, ChangeBatch batch)
    {
        if (query.Is("BEGIN") || query.Begins("XA START"))
        {
            if (!query.Is("BEGIN")) throw Prepared();
            if (!groupOpen) OpenGroup(header.Seconds);
            transactionOpen = true;
            return DecodeResult.Done;
        }

        if (query.Is("COMMIT"))
        {
            CloseGroup();
            return DecodeResult.Done;
        }

        if (query.Begins("ROLLBACK"))
        {
            if (groupHasRows) throw new ChangeSourceException(ChangeSourceFault.Settings,
                $"A transaction behind {RestartPosition} was rolled back after it had changed a table without transactions; which of its rows stayed is not in the log. Take a new snapshot, and keep such tables out of transactions.");
            if (query.Is("ROLLBACK")) CloseGroup();
            return DecodeResult.Done;
        }

        if (query.Begins("SAVEPOINT") || query.Begins("RELEASE")) return DecodeResult.Done;
        if (query.Begins("XA COMMIT")) throw Prepared();
        bool ends = standalone || !transactionOpen && !InMariaTransaction;
        long sequence = BinlogPosition.SequenceOf(fileNumber, end);
        if (!groupStatementsDoNotCount && Define(query, sequence, header.Seconds * 1000L, batch) == DecodeResult.WantsDefinition) return DecodeResult.WantsDefinition;
        if (ends) CloseGroup();
        return DecodeResult.Done;
    }

    /// <summary>MariaDB's GTID opens the transaction itself unless it says that one statement is all.</summary>
    bool InMariaTransaction => IsMariaDb && groupOpen && !standalone;

    DecodeResult Define(QueryEvent query, long sequence, long timestampMilliseconds, ChangeBatch batch)
    {
        if (undecided is null)
        {
            if (query.DatabaseCharset is { } charset && query.Database.Length > 0 && History.CharsetOf(query.Database) != charset) History.SetCharset(query.Database, charset);
            var context = new StatementContext(query.Database, IsMariaDb, query.ServerCharset ?? DefaultCharset)
            {
                QuotesNames = query.QuotesNames, KeepsBackslashes = query.KeepsBackslashes, TimestampsMayBeNull = query.TimestampsMayBeNull ?? true,
            };
            undecided = Statement.Apply(History, context, query.Text);
            foreach (var change in undecided)
            {
                if (change.Kind != SchemaChangeKind.Unknown || !captures(change.Database, change.Name)) continue;
                Wanted = (change.Database, change.Name);
                return DecodeResult.WantsDefinition;
            }
        }

        var changes = undecided;
        undecided = null;
        int row = 0;
        foreach (var change in changes) Say(change, query, sequence, timestampMilliseconds, batch, ref row);
        return DecodeResult.Done;
    }

    void Say(SchemaChange change, QueryEvent query, long sequence, long timestampMilliseconds, ChangeBatch batch, ref int row)
    {
        bool isCaptured = captures(change.Database, change.Name);
        if (!isCaptured && !(change.Before is { } old && captures(old.Database, old.Name))) return;
        var now = change.Kind == SchemaChangeKind.Unknown ? History.Find(change.Database, change.Name) : change.Table;
        if (change.Kind == SchemaChangeKind.RowsAsText)
            throw new ChangeSourceException(ChangeSourceFault.Settings,
                $"Rows of {change.Database}.{change.Name} were changed behind {Position} by a statement that was logged as text: set binlog_format=ROW for all sessions and take a new snapshot.");
        bool isNew = sequence > SkipThrough;
        if (change.Kind == SchemaChangeKind.Truncated)
        {
            if (isNew && now is not null) Add(ChangeKind.Truncate, now.Schema, now.Schema.Fingerprint, "", sequence, timestampMilliseconds, batch, ref row);
            return;
        }

        if ((now ?? change.Before)?.Schema is { } schema && isNew)
        {
            Add(ChangeKind.Schema, schema, now is null ? 0 : schema.Fingerprint, query.Text, sequence, timestampMilliseconds, batch, ref row);
            if (change.DropsRows || change.Replaces) Add(ChangeKind.Truncate, schema, schema.Fingerprint, "", sequence, timestampMilliseconds, batch, ref row);
        }

        if (now is not null && isCaptured && (change.ChangesRows || change.DropsRows)) Rereads.Add((change.Database, change.Name));
    }

    static void Add(ChangeKind kind, TableSchema schema, ulong fingerprint, string statement, long sequence, long timestampMilliseconds, ChangeBatch batch, ref int row)
    {
        int start = batch.Bytes.Position;
        ChangeWriter.BeginChange(batch.Bytes, kind, fingerprint, sequence, row++);
        if (kind == ChangeKind.Schema) ChangeWriter.AppendStatement(batch.Bytes, statement);
        batch.Add(new ChangeEntry(kind, batch.IndexOf(schema), timestampMilliseconds, sequence, start, 0, start, batch.Bytes.Position - start));
    }
}
