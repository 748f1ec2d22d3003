using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>Small questions to a catalogue: all values as text.</summary>
static class CatalogQuery
{
    /// <summary>Seconds that a catalogue may take.</summary>
    const int TimeoutSeconds = 300;

    public static List<string?[]> Rows(IDatabase database, string statement, DatabaseTransaction? transaction = null)
    {
        using DbCommand command = database.Connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = TimeoutSeconds;
        command.Transaction = transaction?.Inner;
        using DbDataReader reader = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (reader.Read())
        {
            var row = new string?[reader.FieldCount];
            for (int index = 0; index < row.Length; index++) row[index] = reader.IsDBNull(index) ? null : Convert.ToString(reader.GetValue(index), CultureInfo.InvariantCulture);
            rows.Add(row);
        }

        return rows;
    }

    public static string? Value(IDatabase database, string statement, DatabaseTransaction? transaction = null) => Rows(database, statement, transaction) is [var row, ..] ? row[0] : null;
}
