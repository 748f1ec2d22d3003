using System.Data.Common;
using System.Diagnostics;
using Npgsql;
using Orrery.Bench.Harness;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Bulk;

/// <summary>Rows of 12 columns written, read, merged by key and digested through the dialects, in real servers of the bench's own. The limit of reading is the driver alone, which takes the same rows and looks at none.</summary>
static class BulkBench
{
    const int RowsEach = 300_000, MergedEach = 50_000, BatchRows = 1000;

    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    static readonly (string Name, ColumnType Type)[] Columns =
    [
        ("id", new(ColumnKind.Int64)), ("tenant", new(ColumnKind.Int32)), ("bill_no", new(ColumnKind.Text, Length: 30)), ("status", new(ColumnKind.Text, Length: 1)),
        ("qty", new(ColumnKind.Decimal, 23, 10)), ("price", new(ColumnKind.Decimal, 23, 10)), ("amount", new(ColumnKind.Decimal, 18, 2)), ("created", new(ColumnKind.Timestamp, 6)),
        ("due", new(ColumnKind.Date)), ("rate", new(ColumnKind.Float64)), ("flag", new(ColumnKind.Boolean)), ("note", new(ColumnKind.Text, Length: 200)),
    ];

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var figures = new List<Figure>();
        Run("sqlite", $"Data Source={context.Scratch}/bulk.db", context, figures);
        if (PostgreSqlServer.Missing is { } noPostgres)
        {
            context.Say(noPostgres);
        }
        else
        {
            await using PostgreSqlServer postgres = await PostgreSqlServer.Start();
            Run("postgresql", postgres.ConnectionString, context, figures);
        }

        if (MariaDbServer.Missing is { } noMaria)
        {
            context.Say(noMaria);
        }
        else
        {
            await using MariaDbServer maria = await MariaDbServer.Start(performanceSchema: false);
            Run("mysql", maria.ConnectionString + ";Database=mysql", context, figures);
        }

        return figures;
    }

    static void Run(string engine, string connection, BenchContext context, List<Figure> figures)
    {
        if (!DialectList.TryFind(engine, out IDialect? dialect)) return;
        using IDatabase database = dialect.Open(connection, ConnectTimeout);
        var wanted = new TableDefinition(new TableName(null, "bulk_rows"), [.. Columns.Select(column => new ColumnDefinition(column.Name, column.Type, "", column.Name != "id"))]) { Key = ["id"] };
        TableDefinition here = dialect.Retarget(wanted, wanted.Name);
        foreach (string statement in dialect.CreateTable(here)) database.Execute(statement);
        TableDefinition table = database.ReadTable(here.Name);
        RowBatch[] rows = Rows(wanted.ToSchema("bench"));
        List<double> insert = [], read = [], merge = [], digest = [], bare = [];
        for (int run = 0; run < context.Runs; run++)
        {
            database.Execute($"DELETE FROM {dialect.Quote(table.Name)}");
            insert.Add(Rate(() => database.Insert(table, rows)));
            read.Add(Rate(() => database.Read(table, KeyRange.All, ReadOptions.Default).Sum(batch => batch.Count)));
            bare.Add(Rate(() => Bare(database.Connection, dialect.Select(table, table.Columns, KeyRange.All))));
            merge.Add(Rate(() => database.Upsert(table, rows.Take(MergedEach / BatchRows))));
            digest.Add(Rate(() => database.Digest(table, [.. Columns], KeyRange.All).Count));
        }

        figures.Add(new Figure($"{dialect.Name}: inserted", BenchContext.Median(insert), "rows/s", "higher"));
        figures.Add(new Figure($"{dialect.Name}: read", BenchContext.Median(read), "rows/s", "higher", AgainstName: "driver alone", AgainstValue: BenchContext.Median(bare)));
        figures.Add(new Figure($"{dialect.Name}: merged by key", BenchContext.Median(merge), "rows/s", "higher"));
        figures.Add(new Figure($"{dialect.Name}: digested", BenchContext.Median(digest), "rows/s", "higher"));
    }

    static double Rate(Func<long> work)
    {
        long started = Stopwatch.GetTimestamp();
        long rows = work();
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static long Bare(DbConnection connection, string select)
    {
        if (connection is NpgsqlConnection postgres)
        {
            using NpgsqlRawCopyStream stream = postgres.BeginRawBinaryCopy($"COPY ({select}) TO STDOUT (FORMAT BINARY)");
            var buffer = new byte[1 << 17];
            while (stream.Read(buffer, 0, buffer.Length) > 0) { }
            return RowsEach;
        }

        using DbCommand command = connection.CreateCommand();
        command.CommandText = select;
        command.CommandTimeout = 0;
        using DbDataReader reader = command.ExecuteReader();
        long rows = 0;
        while (reader.Read()) rows++;
        return rows;
    }

    static RowBatch[] Rows(TableSchema schema)
    {
        var random = new Random(1);
        var batches = new RowBatch[RowsEach / BatchRows];
        for (int index = 0; index < batches.Length; index++)
        {
            var batch = batches[index] = new RowBatch(schema) { RowsBefore = index * BatchRows };
            for (int row = 0; row < BatchRows; row++)
            {
                long id = index * BatchRows + row;
                batch.Add(
                [
                    id, random.Next(1, 500), $"XSDD{id:D9}", "C", new ExactDecimal(random.Next(1, 1000) * (Int128)10_000_000_000, 10), new ExactDecimal(random.NextInt64(1_000_000_000_000), 10), new ExactDecimal(random.Next(100_000_000), 2),
                    new DateTime(2024, 1, 1).AddSeconds(random.Next(30_000_000)), new DateOnly(2024, 1, 1).AddDays(random.Next(400)), random.NextDouble(), random.Next(2) == 0, random.Next(5) == 0 ? null : "备注 note of the line " + random.Next(100000),
                ]);
            }
        }

        return batches;
    }
}
