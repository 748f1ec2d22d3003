using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Sources;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>Sources whose columns become others, by what their tables' options say. The leader looks, before it writes into the journal what is read.</summary>
sealed partial class DataflowGrain
{
    SourceWatch? sources;

    SourceWatch Sources => sources ??= new SourceWatch(stored.State.Sources, time);

    public Task<IReadOnlyList<SourceChange>> SourceChanges() => Task.FromResult<IReadOnlyList<SourceChange>>([.. stored.State.Sources.Changes]);

    public async Task<bool> AcceptSource(string table)
    {
        bool stood = Sources.Resume(table);
        await StoreSourcesAsync();
        wakeUp.Release();
        return stood;
    }

    /// <summary>Cuts a slice before the first record that may not be read; what is behind stays to be taken. Null: that is the first one.</summary>
    async Task<SourceSlice?> AllowedAsync(SourceTable table, SourceCursor cursor, SourceSlice slice)
    {
        await table.Decoder.PrepareAsync(slice);
        // What is only noted is noted when it is decoded: nothing is read twice for it.
        if (table.Options.OnSchemaChange == TableOptions.Continue)
            return slice;
        foreach ((long offset, TableSchema schema) in table.Decoder.Schemas(slice))
        {
            if (Sources.Allows(table.Target.Relation, table.Options.OnSchemaChange, schema, slice.Partition, offset))
                continue;
            cursor.GiveBack(offset);
            await StoreSourcesAsync();
            return offset > slice.From ? slice with { To = offset } : null;
        }

        await StoreSourcesAsync();
        return slice;
    }

    /// <summary>Notes what came up while an epoch's rows were decoded.</summary>
    async Task NoteSourcesAsync(DataflowEngine into)
    {
        foreach (SourceTable table in into.Tables)
            foreach ((int partition, long offset, TableSchema schema) in table.Decoder.TakeSchemas())
                if (table.Options.OnSchemaChange == TableOptions.Continue)
                    Sources.Allows(table.Target.Relation, TableOptions.Continue, schema, partition, offset);
        await StoreSourcesAsync();
    }

    /// <summary>What is known of tables that are gone or made anew goes; one that is read again stands still no longer, until it comes there again.</summary>
    async Task ForgetSourcesAsync(DataflowEngine into, SchemaChange change)
    {
        foreach (string table in stored.State.Sources.Tables.Keys.ToArray())
        {
            if (change.Make.FirstOrDefault(made => made.Name == table) is { Rewound: not null })
                Sources.Release(table);
            else if (change.Make.Any(made => made.Name == table) || into.FindTable(table) is null)
                Sources.Forget(table);
        }

        await StoreSourcesAsync();
    }

    async Task StoreSourcesAsync()
    {
        if (!Sources.IsChanged)
            return;
        Sources.IsChanged = false;
        await StoreAsync();
    }

    RelationStatus Standing(RelationStatus status) => Sources.HeldOf(status.Name) is { } held
        ? status with { Status = "paused", Problem = $"The columns of {held.Source} became others at offset {held.Offset} of partition {held.Partition}: {string.Join(", ", held.Columns.Select(Said))}. Resume the table to read on with them, or make it anew." }
        : status;

    static string Said(ColumnChange change) => change.Kind switch
    {
        "added" => $"{change.Column} was added as {change.To}",
        "dropped" => $"{change.Column} was dropped",
        "renamed" => $"{change.From} was renamed to {change.To}",
        _ => $"{change.Column} was {change.From} and is {change.To}",
    };
}
