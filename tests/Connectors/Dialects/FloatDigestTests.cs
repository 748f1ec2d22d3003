using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>Floats have one spelling in the digests of all engines, also where two decimal spellings are equally near.</summary>
[Collection(LiveCollection.Name)]
public sealed class FloatDigestTests(LiveDatabases databases)
{
    const int Rows = 6000;

    [Theory]
    [InlineData(FloatText.Decimal)]
    [InlineData(FloatText.Binary)]
    public void Floats_between_and_at_the_bounds_of_the_decimal_spelling_have_one_digest_everywhere(FloatText floats)
    {
        var table = new TableDefinition(new TableName(null, $"floats_{floats}".ToLowerInvariant()), [new("id", new(ColumnKind.Int64), "", false), new("d", new(ColumnKind.Float64), "", false), new("f", new(ColumnKind.Float32), "", true)]) { Key = ["id"] };
        var rows = new RowBatch(table.ToSchema("samples"));
        var random = new Random(20261122);
        double[] given = [1e-4, Math.BitDecrement(1e-4), Math.BitIncrement(1e-4), 1e14, Math.BitDecrement(1e14), Math.BitIncrement(1e14), -1e-4, -1e14, 0, -0.0, 0.1, 1d / 3, 9007199254740993, 123456789012345.6, 0.000731, 5e-324, double.MaxValue, 99999999999999.98, 0.30000000000000004, 1e22, 1e23];
        for (int row = 0; row < Rows; row++)
        {
            double value = row < given.Length ? given[row] : random.Next(4) switch
            {
                // An integer and an odd number of 2^-8 to 2^-12: halfway between two shorter spellings.
                0 => random.NextInt64(1L << random.Next(20, 46)) + (2 * random.Next(128) + 1) / (double)(1 << random.Next(8, 13)),
                1 => Math.Round(random.NextDouble() * 1e6, random.Next(8)),
                2 => random.NextDouble() * Math.Pow(10, random.Next(-5, 15)),
                _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            };
            if (!double.IsFinite(value) || (value != 0 && Math.Abs(value) < 1e-300)) value = row;
            float small = (float)value;
            rows.Add([(long)row, value, float.IsNormal(small) ? small : null]);
        }

        var expected = new CanonicalText(floats);
        expected.Add(rows);
        foreach (string engine in (string[])["sqlite", "postgresql", "mysql"])
        {
            using IDatabase database = databases.Open(engine);
            TableDefinition here = Samples.Create(database, table);
            database.Insert(here, [rows]).ShouldBe(Rows);
            if (database.Digest(here, Samples.Digested(table), KeyRange.All, floats) == expected.Sum) continue;
            for (int row = 0; row < Rows; row++)
            {
                var one = new CanonicalText(floats);
                one.Add(rows.Schema, rows[row]);
                database.Digest(here, Samples.Digested(table), new KeyRange(row == 0 ? null : rows.KeyOf(row - 1), rows.KeyOf(row)), floats).ShouldBe(one.Sum, $"{engine}: {new CanonicalText(floats).Of(rows.Schema, rows[row])}");
            }

            Assert.Fail($"{engine}: the whole differs and no row does");
        }
    }

    [Fact]
    public void Texts_of_several_collations_and_a_database_that_is_not_UTF8_have_the_digest_of_their_rows()
    {
        using IDatabase maria = databases.Open("mysql");
        maria.Execute("DROP TABLE IF EXISTS collated");
        maria.Execute("CREATE TABLE collated (id int PRIMARY KEY, a varchar(20) COLLATE utf8mb4_bin NOT NULL, b varchar(20) COLLATE utf8mb4_general_ci NOT NULL, c varchar(20) CHARACTER SET utf8mb3, d varchar(20) CHARACTER SET latin1 NOT NULL, e enum('x', '销售') NOT NULL, t time(3) NOT NULL, y year NOT NULL)");
        maria.Execute("INSERT INTO collated VALUES (1, '华为 😀', 'É', '订单', 'café', '销售', '-01:02:03.5', 2024), (2, '', ';N', NULL, '', 'x', '00:00:00', 0)");
        TableDefinition table = maria.ReadTable(new TableName(null, "collated"));
        maria.Digest(table, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(Samples.ReadAll(maria, table)));

        using IDatabase postgres = databases.Open("postgresql");
        postgres.Execute("DROP DATABASE IF EXISTS latin");
        postgres.Execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        var address = new Npgsql.NpgsqlConnectionStringBuilder(postgres.Connection.ConnectionString) { Database = "latin" };
        using IDatabase latin = postgres.Dialect.Open(address.ConnectionString, TimeSpan.FromSeconds(30));
        latin.Execute("CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b varchar(20))");
        latin.Execute("INSERT INTO t VALUES (1, 'café', NULL), (2, '', 'naïve')");
        TableDefinition there = latin.ReadTable(latin.ListTables().Single());
        latin.Digest(there, Samples.Digested(there), KeyRange.All).ShouldBe(Samples.Digest(Samples.ReadAll(latin, there)));
    }
}
