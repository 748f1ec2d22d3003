using System.Data.Common;
using MySql.Data.MySqlClient;
using Orrery.Sql.Types;

namespace Orrery.Grains.Checks.Comparing;

/// <summary>A row that a driver gives, as texts.</summary>
static class DatabaseRow
{
    public static string?[] Of(DbDataReader reader, SqlType[] types)
    {
        var row = new string?[types.Length];
        for (int column = 0; column < row.Length; column++)
        {
            // A decimal of MySQL's may have more digits than .NET's.
            row[column] = reader.IsDBNull(column) ? null
                : reader is MySqlDataReader mysql && mysql.GetFieldType(column) == typeof(decimal) ? ComparedText.OfDatabase(mysql.GetMySqlDecimal(column), types[column])
                : ComparedText.OfDatabase(reader.GetValue(column), types[column]);
        }

        return row;
    }
}
