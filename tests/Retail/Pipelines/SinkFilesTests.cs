using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Retail.Pipelines;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Retail.Tests.Pipelines;

/// <summary>The files of sinks follow from the results' columns; every statement in them is bound here. ORRERY_GOLDEN=write writes them.</summary>
public sealed class SinkFilesTests
{
    /// <summary>What tells a result's rows apart. Names of shops and products follow from their codes.</summary>
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["dim_store_shop"] = "store_code",
        ["dim_store_shop_fcustid"] = "fcustid",
        ["dim_product_sku"] = "sku_code",
        ["dim_jd_erp_material"] = "material_id",
        ["dim_jd_erp_stock"] = "stock_id",
        ["dwd_gqsh_order_gqsh_order"] = "order_id",
        ["dwd_gqsh_order_gqsh_order_item"] = "item_id",
        ["ads_order_sales"] = "pay_date, store_code, channel",
        ["ads_order_item_sales"] = "pay_date, sku_code",
        ["ads_order_sales_sum"] = "pay_date",
        ["dwd_t_sal_order"] = "entry_id",
        ["ads_jd_order_sales"] = "bill_day, store_code, material_group",
        ["dwd_t_pur_mrb"] = "entry_id",
        ["ads_jd_instock"] = "bill_day, stock_id, material_id",
        ["dwd_t_stk_inventory"] = "inventory_id",
        ["ads_jd_outstock"] = "stock_id, material_group",
        ["dwd_gqsh_pos_order_t_order_info"] = "order_id",
        ["dwd_gqsh_pos_order_t_order_item"] = "item_id",
        ["ads_pos_order_sales"] = "order_date, store_code, pay_type",
        ["ads_pos_order_item_sales"] = "order_date, sku_code",
        ["dwd_gqsh_activity_group_buy_detail"] = "id",
        ["flink_datasc_realtime"] = "event, track_key",
        ["dwd_t_pur_poorder"] = "entry_id",
        ["ads_purchase_supplier"] = "supplier_id",
        ["dwd_t_prd_mo"] = "entry_id",
        ["ads_production"] = "bill_day, material_group, document_status",
        ["dwd_t_ar_receivable"] = "bill_id",
        ["ads_receivable"] = "bill_day, customer_id",
        ["ads_payable"] = "bill_day, supplier_id",
        ["ads_ledger"] = "account_id, fiscal_year, fiscal_period",
        ["ads_member_level"] = "level",
        ["ads_member_register"] = "register_day, register_channel",
        ["ads_member_points"] = "points_day, reason",
        ["ads_activity"] = "activity_day, activity_name",
        ["ads_traffic"] = "visit_day, terminal, page",
        ["dwd_gqsh_order_after_sales"] = "after_sales_id",
        ["ads_after_sales"] = "apply_day, region, reason, after_sales_type, after_sales_status",
    };

    [Theory]
    [InlineData("50-sinks-postgresql.sql", "pg_", "", "", "'connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = '{0}'",
        "Every result into PostgreSQL, or Huawei's DWS, which speaks its protocol. Put the connection of yours here.")]
    [InlineData("51-sinks-kafka.sql", "", "_kafka", "dwd_ flink_", "'connector' = 'topic', 'topic' = 'retail.{0}_kafka'",
        "Wide rows and events into topics, the newest row of each key, as those downstream read them. Make the topics first.")]
    [InlineData("52-sinks-redis.sql", "redis_", "", "dim_", "'connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = '{0}'",
        "Dimensions into Redis, a hash for each key.")]
    [InlineData("53-sinks-sensors.sql", "sensors_", "", "flink_", "'connector' = 'sensors', 'url' = 'http://127.0.0.1:8106/sa?project=retail', 'time-zone' = 'Asia/Shanghai'",
        "Events to Sensors Analytics, by its track API. Put the address of yours here, with the project and its token.", " WHERE distinct_id IS NOT NULL AND event_time IS NOT NULL")]
    public void The_files_of_sinks_hold_a_table_and_an_insert_for_each_result(string file, string before, string behind, string of, string options, string about, string where = "")
    {
        using var warehouse = new InProcessWarehouse();
        var text = new StringBuilder($"-- {about} Written from the results' columns by the test of it: ORRERY_GOLDEN=write.\n");
        foreach (PipelineStatement result in RetailPipelines.Results.Where(result => of.Length == 0 || of.Split(' ').Any(result.Name.StartsWith)))
        {
            Relation relation = warehouse.FindRelation(result.Name)!;
            string[] key = Keys[result.Name].Split(", ");
            text.Append($"\nCREATE TABLE {before}{result.Name}{behind} (\n");
            foreach (RowColumn column in relation.Schema.Columns)
                text.Append($"    {column.Name} {column.Type.Nullable()}{(key.Contains(column.Name) ? " NOT NULL" : "")},\n");
            text.Append($"    PRIMARY KEY ({Keys[result.Name]}) NOT ENFORCED\n) WITH ({string.Format(System.Globalization.CultureInfo.InvariantCulture, options, result.Name)});\n");
            text.Append($"INSERT INTO {before}{result.Name}{behind} SELECT * FROM {result.Name}{where};\n");
        }

        Golden(Path.Combine("pipelines", file), text.ToString());
        var catalog = new Sinks(warehouse);
        foreach (StatementSyntax statement in SqlParser.ParseScript(text.ToString()))
            if (SqlBinder.Bind(statement, catalog) is BoundCreateTable table)
                catalog.Tables.Add(table.Relation.Name, table.Relation);
    }

    [Fact]
    public void The_tables_of_PostgreSQL_are_those_that_the_sinks_write()
    {
        using var warehouse = new InProcessWarehouse();
        var text = new StringBuilder("-- The results' tables in PostgreSQL, or DWS, for 50-sinks-postgresql.sql. Written from the results' columns by the test of it: ORRERY_GOLDEN=write.\n");
        foreach (PipelineStatement result in RetailPipelines.Results)
        {
            string[] key = Keys[result.Name].Split(", ");
            text.Append($"\nCREATE TABLE {result.Name} (\n");
            foreach (RowColumn column in warehouse.FindRelation(result.Name)!.Schema.Columns)
            {
                string type = column.Type.Nullable().ToString().Replace("STRING", "TEXT", StringComparison.Ordinal).Replace("TINYINT", "SMALLINT", StringComparison.Ordinal);
                text.Append($"    {column.Name} {type}{(key.Contains(column.Name) ? " NOT NULL" : "")},\n");
            }

            text.Append($"    PRIMARY KEY ({Keys[result.Name]})\n);\n");
        }

        Golden(Path.Combine("dws", "tables.sql"), text.ToString());
    }

    [Fact]
    public void Dimensions_of_the_night_are_read_on_a_timer_joined_and_kept_in_Redis()
    {
        using var warehouse = new InProcessWarehouse();
        var catalog = new Sinks(warehouse);
        PipelineStatement[] statements = [.. RetailPipelines.Statements.Where(static statement => statement.File == "54-dimensions-daily.sql")];
        foreach (PipelineStatement statement in statements)
        {
            BoundStatement bound = SqlBinder.Bind(SqlParser.ParseStatement(statement.Text), catalog);
            if (bound is BoundCreateTable table) catalog.Tables.Add(table.Relation.Name, table.Relation);
            if (bound is BoundCreateView view) catalog.Tables.Add(view.Relation.Name, view.Relation);
        }

        catalog.Tables["dim_store_level"].Options["at"].ShouldBe("02:30");
        catalog.Tables["ads_level_sales"].Schema.Columns.Select(static column => column.Name).ShouldBe(["pay_date", "sales_level", "store_count", "order_count", "net_amount"]);
        statements.Last().Text.ShouldStartWith("INSERT INTO redis_dim_store_level");
    }

    private static void Golden(string file, string expected)
    {
        string path = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "examples", "retail", file);
        if (Environment.GetEnvironmentVariable("ORRERY_GOLDEN") == "write")
            File.WriteAllText(path, expected);
        File.ReadAllText(path).ReplaceLineEndings("\n").ShouldBe(expected);
    }

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed class Sinks(InProcessWarehouse warehouse) : ISqlCatalog
    {
        public Dictionary<string, Relation> Tables { get; } = new(StringComparer.OrdinalIgnoreCase);

        public IEnumerable<string> RelationNames => Tables.Keys.Concat(warehouse.RelationNames);

        public IEnumerable<string> FunctionNames => [];

        public Relation? FindRelation(string name) => Tables.GetValueOrDefault(name) ?? warehouse.FindRelation(name);

        public SqlFunction? FindFunction(string name) => null;
    }
}
