using System.Data;
using System.Data.Common;
using System.Globalization;

namespace Orrery.Agent.Databases;

/// <summary>Runs statements; what is not granted or not there is noted and leaves the rest standing, a broken connection is thrown.</summary>
internal sealed class DatabaseReader(DbConnection connection)
{
    const int RowsMax = 5_000;

    /// <summary>Why parts could not be read, by part.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Runs one part; false when it failed.</summary>
    public bool Try(string part, Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (DbException error) when (connection.State == ConnectionState.Open && error is not { IsTransient: true, SqlState: "57P01" })
        {
            Notes.Add($"{part}: {error.Message}");
            return false;
        }
    }

    /// <summary>Each row, up to 5,000.</summary>
    public void Rows(string statement, Action<DbDataReader> row)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        using DbDataReader reader = command.ExecuteReader();
        for (int i = 0; i < RowsMax && reader.Read(); i++)
            row(reader);
    }

    public object? Scalar(string statement)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        object? value = command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public double? Number(string statement) => Number(Scalar(statement));

    public string Text(string statement) => Convert.ToString(Scalar(statement), CultureInfo.InvariantCulture) ?? "";

    public static double? Number(object? value) => value switch
    {
        null or DBNull => null,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    public static string Text(DbDataReader row, int column) => row.IsDBNull(column) ? "" : Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture) ?? "";

    public static long Long(DbDataReader row, int column) => (long)(Number(row.GetValue(column)) ?? 0);

    public static double Double(DbDataReader row, int column) => Number(row.GetValue(column)) ?? 0;
}
