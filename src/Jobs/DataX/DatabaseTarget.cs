using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>Tables of a database: a chunk is a transaction with its row in <c>orrery_chunk</c> (<see cref="ChunkTokens"/>).</summary>
sealed class DatabaseTarget(DataXDatabase side, string job, IReadOnlyList<(TableDefinition Table, IReadOnlyList<ColumnDefinition> Columns)> tables, DataXValues values, bool nullsZeroDates, FileBounds files, TimeProvider time) : DataXTarget
{
    const string Copying = "copying", Behind = "behind", Done = "done";

    readonly DataXDatabase side = side;
    readonly IReadOnlyList<(TableDefinition Table, IReadOnlyList<ColumnDefinition> Columns)> tables = tables;
    readonly DataXValues values = values;
    readonly bool nullsZeroDates = nullsZeroDates;
    ChunkTokens? tokens;

    public override IReadOnlyList<DoneChunk> Begin(CancellationToken cancellationToken)
    {
        using IDatabase target = Connect();
        tokens = ChunkTokens.Take(target, job, time);
        // A job file is run again and again: a run that came to its end leaves nothing to go on with.
        if (tokens.State == Done) tokens.Forget(target);
        if (tokens.State is "" or Done)
        {
            Run(target, side.Before, cancellationToken);
            tokens.SetState(target, Copying);
        }

        return tokens.Done(target);
    }

    public override DataXChannel Open() => new Channel(this, Connect());

    public override void End(CancellationToken cancellationToken)
    {
        using IDatabase target = Connect();
        tokens!.SetState(target, Behind);
        Run(target, side.Behind, cancellationToken);
        tokens.SetState(target, Done);
    }

    /// <summary>The columns of a file's list in a table.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public static IReadOnlyList<ColumnDefinition> ColumnsOf(DataXDatabase side, TableDefinition table, IDialect dialect)
    {
        if (side.Columns is ["*"]) return [.. table.Writable];
        bool foldsCase = dialect.Engines[0] != "postgresql";
        return [.. side.Columns.Select(name => table.Columns.FirstOrDefault(column => column.Name == name || (foldsCase && column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) || (!foldsCase && column.Name == name.ToLowerInvariant())) ?? table.Column(name))];
    }

    IDatabase Connect()
    {
        IDatabase target = files.Confine(side.Connections[0].Address.Open());
        foreach (string statement in side.Session) target.Execute(statement);
        return target;
    }

    void Run(IDatabase target, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        foreach ((TableDefinition table, _) in tables)
            foreach (string statement in statements)
            {
                cancellationToken.ThrowIfCancellationRequested();
                target.Execute(statement.Replace("@table", target.Dialect.Quote(table.Name), StringComparison.Ordinal));
            }
    }

    sealed class Channel(DatabaseTarget owner, IDatabase target) : DataXChannel
    {
        const int CarefulRows = 1000;

        public override bool Has(DataXPart part, long number) => owner.tokens!.Find(target, NameOf(part), number) is not null;

        public override long Write(DataXChunk chunk, bool isCareful, CancellationToken cancellationToken)
        {
            (TableDefinition table, IReadOnlyList<ColumnDefinition> columns) = owner.tables[owner.tables.Count == 1 ? 0 : chunk.Part.Number];
            using DatabaseTransaction transaction = target.Begin();
            long rows = 0;
            IEnumerable<RowBatch> cast = Cast(chunk, table, columns);
            if (!isCareful) rows = Put(table, cast, cancellationToken);
            else
                foreach (RowBatch batch in cast)
                    for (int first = 0; first < batch.Count; first += CarefulRows)
                        rows += Halve(table, chunk, batch, first, Math.Min(batch.Count, first + CarefulRows), cancellationToken);
            owner.tokens!.Write(target, transaction, new DoneChunk(NameOf(chunk.Part), chunk.Number, rows, chunk.Dirty.Count, chunk.Range.After, chunk.Range.UpTo));
            transaction.Commit();
            return rows;
        }

        public override IDatabase Database => target;

        public override void Dispose() => Patience.Close(target);

        IEnumerable<RowBatch> Cast(DataXChunk chunk, TableDefinition table, IReadOnlyList<ColumnDefinition> columns)
        {
            using IEnumerator<RowBatch> each = chunk.Rows().GetEnumerator();
            if (!each.MoveNext()) yield break;
            var cast = new DataXCast(each.Current.Schema, table, columns, target.Dialect, owner.values, owner.nullsZeroDates);
            foreach (RowBatch batch in cast.Of(Rest(each), line =>
                     {
                         chunk.Dirty.Add(line);
                         chunk.Check();
                     }))
                yield return batch;
        }

        static IEnumerable<RowBatch> Rest(IEnumerator<RowBatch> each)
        {
            do yield return each.Current;
            while (each.MoveNext());
        }

        long Put(TableDefinition table, IEnumerable<RowBatch> rows, CancellationToken cancellationToken) => (owner.side.Mode, target.Dialect.Engines[0]) switch
        {
            (DataXWriteMode.Insert, _) => target.Insert(table, rows, cancellationToken),
            (DataXWriteMode.Replace, "mysql" or "sqlite") => Statements.Write(target, table, rows, "REPLACE", "", owner.side.BatchRows, cancellationToken),
            (DataXWriteMode.Update, "mysql") => Statements.Write(target, table, rows, "INSERT", "ON DUPLICATE KEY UPDATE", owner.side.BatchRows, cancellationToken),
            _ => target.Upsert(owner.side.ModeKey.Count > 0 ? table with { Key = owner.side.ModeKey } : table, rows, cancellationToken),
        };

        long Halve(TableDefinition table, DataXChunk chunk, RowBatch batch, int first, int end, CancellationToken cancellationToken)
        {
            var part = new RowBatch(batch.Schema) { RowsBefore = batch.RowsBefore + first };
            for (int row = first; row < end; row++) part.AddEncoded(batch[row]);
            Savepoint("SAVEPOINT orrery_row", "SAVE TRANSACTION orrery_row");
            Exception refused;
            try
            {
                return Put(table, [part], cancellationToken);
            }
            catch (Exception error) when (Outage.IsOfRow(error))
            {
                Savepoint("ROLLBACK TO SAVEPOINT orrery_row", "ROLLBACK TRANSACTION orrery_row");
                refused = error;
            }

            if (end - first == 1)
            {
                chunk.Dirty.Add(RejectFile.Line(chunk.Part.Name, batch.Schema, batch[first], refused.Message));
                chunk.Check();
                return 0;
            }

            int middle = (first + end) / 2;
            return Halve(table, chunk, batch, first, middle, cancellationToken) + Halve(table, chunk, batch, middle, end, cancellationToken);
        }

        void Savepoint(string statement, string ofSqlServer) => target.Execute(target.Dialect.Engines[0] == "sqlserver" ? ofSqlServer : statement);
    }

    /// <summary>The name under which a part's chunks stand.</summary>
    public static string NameOf(DataXPart part) => ChunkTokens.NameOf(new TableName(null, part.Name));
}
