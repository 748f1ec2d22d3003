using Orrery.Jobs.DataModels;

namespace Orrery.Jobs.Tests.DataModels;

/// <summary>The model that is shipped, an earlier version of it, and the scripts on file.</summary>
static class Shop
{
    public static DataModel Model() => ModelFile.Parse("shop.yaml", File.ReadAllText(Path.Combine(Root, "examples/models/shop.yaml")));

    /// <summary>Before: other names, types, nulls, a table and a column more, an index, a check and a row less.</summary>
    public static DataModel Before() => ModelFile.Parse("before.yaml", """
        model: 门店商城
        version: 1
        tables:
          clients:
            comment: 顾客
            columns:
              id: {type: bigint, identity: true, comment: 内码}
              code: {type: text(10), null: false, comment: 客户编码}
              name: {type: text(200), null: false, comment: 客户名称}
              level: {type: smallint, null: false, default: 1, comment: 等级}
              is_active: {type: boolean, null: false, default: true, comment: 是否启用}
              credit: {type: "decimal(18,2)", default: 100}
              fax: {type: text(40), comment: 传真}
              created: {type: timestamp(3), null: false, default: now, comment: 建立时间}
            key: [id]
            checks:
              clients_level: "level BETWEEN 1 AND 3"
          units:
            comment: 计量单位
            columns:
              code: text(10)
              name: {type: text(40), null: false, comment: 名称}
            key: [code]
            data:
              - {code: PCS, name: 个}
              - {code: KG, name: 千克}
          materials:
            comment: 物料
            columns:
              number: text(30)
              title: {type: text(200), null: false, comment: 物料名称}
              unit: {type: text(10), null: false, default: PCS, comment: 基本单位}
              price: "decimal(18,4)"
              properties: json
              photo: binary
              mark: uuid
            key: [number]
          orders:
            comment: 销售订单
            columns:
              id: {type: bigint, identity: true, comment: 内码}
              number: {type: text(30), null: false, comment: 单据编号}
              customer: {type: bigint, null: false, comment: 客户内码}
              day: {type: date, null: false, default: today, comment: 日期}
              note: {type: text, comment: 备注}
            key: [id]
            indexes:
              orders_number: {columns: [number], unique: true}
              orders_day: [day]
            foreign keys:
              orders_client: {columns: [customer], table: clients, to: [id], on delete: cascade}
          old_faxes:
            columns:
              id: bigint
            key: [id]
        """);

    /// <summary>Compares with the text on file.</summary>
    public static void Golden(string name, string text)
    {
        string path = Path.Combine(Root, "tests/Jobs/DataModels/Golden", name);
        if (Environment.GetEnvironmentVariable("ORRERY_GOLDEN") == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        text.ShouldBe(File.ReadAllText(path), "run the test with ORRERY_GOLDEN=write and review the script");
    }

    static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }
}
