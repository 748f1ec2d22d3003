using System.Globalization;
using Npgsql;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Tests.Servers;

namespace Orrery.Sql.Tests.Comparison;

/// <summary>
/// Random expressions over random rows give what PostgreSQL gives, errors too. <c>ORRERY_SQL_EXPRESSIONS</c> is how many expressions are tried (300), <c>ORRERY_SQL_SEED</c> the first seed.
/// </summary>
public sealed class PostgreSqlComparisonTests(ITestOutputHelper output)
{
    private const int RowCount = 30, BatchCount = 20;

    [Fact]
    public async Task Random_expressions_give_what_PostgreSQL_gives()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        int count = Number("ORRERY_SQL_EXPRESSIONS", 300), seed = Number("ORRERY_SQL_SEED", 1);
        await using var server = await PostgreSqlServer.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        var layout = new RowLayout(new RowSchema(RandomExpression.Columns.Select(column => new RowColumn(column.Name, column.Type))));
        int errors = 0, values = 0;
        for (int batch = 0; batch * BatchCount < count; batch++, seed++)
        {
            var random = new RandomExpression(new Random(seed));
            using var arena = new RowArena();
            object?[][] rows = [.. Enumerable.Range(0, RowCount).Select(_ => RandomExpression.Columns.Select(column => random.Value(column.Type, column.Name)).ToArray())];
            nint[] packed = [.. rows.Select(row => RowValues.FromObjects(row, layout, arena))];
            await Fill(connection, rows);
            Pair[] pairs = [.. Enumerable.Range(0, BatchCount).Select(index => random.Any(index % 5))];
            foreach (var pair in pairs)
            {
                string[] theirs = await Theirs(connection, pair);
                string[] ours = Ours(pair, layout, packed);
                for (int row = 0; row < RowCount; row++)
                {
                    if (ours[row] == "error") errors++;
                    else values++;
                    if (!AreSame(ours[row], theirs[row], pair.Ours.Type)) Assert.Fail($"seed {seed}, row {row} ({string.Join(", ", rows[row].Select((value, index) => $"{RandomExpression.Columns[index].Name}={RowValues.Text(value, RandomExpression.Columns[index].Type)}"))}):\n{pair.Theirs}\nours {ours[row]}, PostgreSQL {theirs[row]}");
                }
            }
        }

        output.WriteLine($"{values} values and {errors} errors are the same up to seed {seed - 1}.");
        values.ShouldBeGreaterThan(errors);
    }

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : otherwise;

    private static string[] Ours(Pair pair, RowLayout layout, nint[] rows)
    {
        using var arena = new RowArena();
        using var context = new EvaluationContext(arena);
        var value = ExpressionCompiler.Value(pair.Ours, layout);
        return [.. rows.Select(row =>
        {
            try
            {
                return RowValues.Text(value(row, 0, context), pair.Ours.Type);
            }
            catch (SqlValueException)
            {
                return "error";
            }
        })];
    }

    private static async Task<string[]> Theirs(NpgsqlConnection connection, Pair pair)
    {
        try
        {
            return await Read(connection, $"SELECT ({pair.Theirs})::text FROM t ORDER BY id");
        }
        catch (PostgresException fault) when (fault.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            string[] values = new string[RowCount];
            for (int row = 0; row < RowCount; row++)
            {
                try
                {
                    values[row] = (await Read(connection, $"SELECT ({pair.Theirs})::text FROM t WHERE id = {row}"))[0];
                }
                catch (PostgresException one) when (one.SqlState.StartsWith("22", StringComparison.Ordinal))
                {
                    values[row] = "error";
                }
            }

            return values;
        }
    }

    private static async Task<string[]> Read(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync()) values.Add(reader.IsDBNull(0) ? "NULL" : reader.GetString(0));
        return [.. values];
    }

    private static async Task Fill(NpgsqlConnection connection, object?[][] rows)
    {
        string columns = string.Join(", ", RandomExpression.Columns.Select(column => $"{column.Name} {column.Theirs}"));
        string values = string.Join(",\n", rows.Select((row, id) => $"({id}, {string.Join(", ", row.Select((value, index) => value is null ? "NULL" : $"'{RowValues.Text(value, RandomExpression.Columns[index].Type)}'"))})"));
        await using var command = new NpgsqlCommand($"DROP TABLE IF EXISTS t; CREATE TABLE t (id int, {columns}); INSERT INTO t VALUES {values}", connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Numbers by value, truths and times but for how they are written.</summary>
    private static bool AreSame(string ours, string theirs, SqlType type)
    {
        if (ours == theirs) return true;
        if (ours is "NULL" or "error" || theirs is "NULL" or "error") return false;
        if (type.IsExact) return Plain(ours) == Plain(theirs);
        if (type.IsApproximate)
        {
            double one = double.Parse(ours, CultureInfo.InvariantCulture), other = double.Parse(theirs, CultureInfo.InvariantCulture);
            return one.Equals(other) || Math.Abs(one - other) <= 1e-12 * Math.Abs(other);
        }

        return type.Kind == SqlTypeKind.Boolean ? string.Equals(ours, theirs, StringComparison.OrdinalIgnoreCase) : type.IsTimestamp && Plain(ours) == theirs;
    }

    private static string Plain(string number) => number.Contains('.') ? number.TrimEnd('0').TrimEnd('.') : number;
}
