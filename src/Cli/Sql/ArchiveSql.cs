using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Migrate;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;

namespace Orrery.Cli.Sql;

/// <summary><c>orrery sql --archive</c>: statements that read an archive, in the SQL of the database that it is in.</summary>
static class ArchiveSql
{
    /// <summary>Rows of an answer that are shown.</summary>
    const int RowsMax = 10_000;

    public static Task<int> RunAsync(string place, string? text, FileInfo? file, OutputFormat format, TextWriter output, TextWriter notes, CancellationToken cancellationToken) => Refusals.TellAsync(async () =>
    {
        DatabaseAddress address = SideOptions.Read("--archive", SideOptions.OfPath(place, "archive.db"));
        if (address.FilePath is { } found && !File.Exists(found)) throw new WrongInputException($"--archive: there is no file {found}.");
        string script = text ?? await SqlCommand.ReadAsync(file, cancellationToken) ?? throw new WrongInputException("an archive is asked by -c \"SELECT ...\", -f FILE, or standard input.");
        return await SideOptions.RunAsync(() =>
        {
            using IDatabase database = address.Open();
            ReadOnly(database);
            var writer = new ResultWriter(output, notes, format);
            foreach (StatementText statement in StatementText.Read(script, out _))
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Result(Ask(database, statement.Text));
            }

            return 0;
        });
    });

    static void ReadOnly(IDatabase database)
    {
        switch (database.Dialect.Engines[0])
        {
            case "sqlite": database.Execute("PRAGMA query_only = ON"); break;
            case "mysql": database.Execute("SET SESSION TRANSACTION READ ONLY"); break;
            case "postgresql": database.Execute("SET default_transaction_read_only = on"); break;
            // SQL Server has no such session: the user's rights are what bounds it.
        }
    }

    /// <summary>An answer in the form that the API gives answers in.</summary>
    static JsonElement Ask(IDatabase database, string statement)
    {
        long asked = TimeProvider.System.GetTimestamp();
        using DbCommand command = database.Command(statement);
        using DbDataReader reader = command.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(column => new { name = reader.GetName(column), type = IsNumber(reader.GetFieldType(column)) ? "DECIMAL" : "TEXT" }).ToList();
        var rows = new List<string?[]>();
        bool isTruncated = false;
        while (reader.Read())
        {
            if (isTruncated = rows.Count == RowsMax) break;
            rows.Add([.. columns.Select((_, column) => reader.IsDBNull(column) ? null : Text(reader.GetValue(column)))]);
        }

        if (isTruncated) command.Cancel();
        return JsonSerializer.SerializeToElement(new { columns, rows, isTruncated, elapsedMilliseconds = TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds });
    }

    static bool IsNumber(Type? type) => type is not null && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;

    static string Text(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
