using Orrery.Retail.Schema;

namespace Orrery.Retail.Changes;

/// <summary>The tables as transactions leave them: what a proof compares with. It keeps every row; the model itself does not.</summary>
public sealed class RetailState
{
    readonly Dictionary<RetailTable, Dictionary<string, object?[]>> tables = [];

    /// <summary>Rows that a table holds.</summary>
    public IReadOnlyCollection<object?[]> Rows(RetailTable table) => tables.TryGetValue(table, out Dictionary<string, object?[]>? rows) ? rows.Values : [];

    /// <exception cref="InvalidOperationException">A row comes that is there, or goes that is not.</exception>
    public void Apply(RetailTransaction transaction)
    {
        foreach (RowChange change in transaction.Changes)
        {
            if (!tables.TryGetValue(change.Table, out Dictionary<string, object?[]>? rows))
                tables[change.Table] = rows = new Dictionary<string, object?[]>(StringComparer.Ordinal);
            if (change.Before is { } before && !rows.Remove(KeyOf(change.Table, before)))
                throw new InvalidOperationException($"Transaction {transaction.Number}: {change.Kind} of a row of {change.Table.FullName} that is not there: {KeyOf(change.Table, before)}.");
            if (change.After is { } after && !rows.TryAdd(KeyOf(change.Table, after), after))
                throw new InvalidOperationException($"Transaction {transaction.Number}: {change.Kind} of a row of {change.Table.FullName} that is there already: {KeyOf(change.Table, after)}.");
        }
    }

    static string KeyOf(RetailTable table, object?[] row) => string.Join('|', table.KeyColumns.Select(place => row[place]));
}
