using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Checks;

/// <summary>Columns of a MariaDB that become others while its changes are captured.</summary>
public sealed class CapturedColumnTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Columns_that_are_added_widened_dropped_and_renamed_are_noted_or_held_as_the_table_says()
    {
        await using CheckedShop shop = await CheckedShop.StartAsync();
        await shop.Fleet.RunAsync("""
            CREATE TABLE careful (id BIGINT, status STRING, note STRING, PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = 'topic', 'topic' = 'acme.shop', 'format' = 'change', 'table' = 'shop.orders', 'on-schema-change' = 'pause')
            """);
        const string Noted = "SELECT id, weight IS NULL, note FROM ods_orders WHERE id > 9 ORDER BY id";
        await shop.Fleet.UntilAsync("SELECT COUNT(*) FROM careful", "[[2]]");

        await shop.ExecuteAsync("ALTER TABLE shop.orders ADD COLUMN colour VARCHAR(8); INSERT INTO shop.orders (id, status, amount, weight, placed, note, colour) VALUES (10, 'open', 1, 1, NOW(), 'a', 'red')");
        await shop.Fleet.UntilAsync(Noted, """[[10,false,"a"]]""");
        (await NewestAsync(shop, "ods_orders", 1)).ShouldHaveSingleItem().ShouldBe(new ColumnChange("added", "colour", null, "Text(8)"));
        (await NewestAsync(shop, "careful", 1)).ShouldHaveSingleItem().Kind.ShouldBe("added");
        await UntilStatusAsync(shop, "paused");

        await shop.ExecuteAsync("ALTER TABLE shop.orders MODIFY COLUMN status VARCHAR(40) NOT NULL; INSERT INTO shop.orders (id, status, amount, weight, placed, note) VALUES (11, 'long', 1, 1, NOW(), 'b')");
        await shop.Fleet.UntilAsync(Noted, """[[10,false,"a"],[11,false,"b"]]""");
        (await NewestAsync(shop, "ods_orders", 2)).ShouldHaveSingleItem().ShouldBe(new ColumnChange("widened", "status", "Text(20)", "Text(40)"));

        await shop.ExecuteAsync("ALTER TABLE shop.orders DROP COLUMN weight; INSERT INTO shop.orders (id, status, amount, placed, note) VALUES (12, 'light', 1, NOW(), 'c')");
        await shop.Fleet.UntilAsync(Noted, """[[10,false,"a"],[11,false,"b"],[12,true,"c"]]""");
        (await NewestAsync(shop, "ods_orders", 3)).ShouldHaveSingleItem().Kind.ShouldBe("dropped");

        await shop.ExecuteAsync("ALTER TABLE shop.orders CHANGE COLUMN note remark TEXT; INSERT INTO shop.orders (id, status, amount, placed, remark) VALUES (13, 'named', 1, NOW(), 'd')");
        // What a statement of this kind does to rows is in no event: the table is read anew, and has neither column any more.
        await shop.Fleet.UntilAsync(Noted, "[[10,true,null],[11,true,null],[12,true,null],[13,true,null]]");
        ColumnChange renamed = (await NewestAsync(shop, "ods_orders", 4)).ShouldHaveSingleItem();
        (renamed.Kind, renamed.Column, renamed.To).ShouldBe(("renamed", "note", "remark"));

        // The careful table has stood still before the first of them; each change holds it once more.
        (await shop.Fleet.AskAsync("SELECT COUNT(*) FROM careful")).ShouldBe("[[2]]");
        for (int change = 0; change < 4; change++)
        {
            await UntilStatusAsync(shop, "paused");
            await shop.Fleet.Sql.Resume("careful", "ann");
        }

        await shop.Fleet.UntilAsync("SELECT id, status, note FROM careful WHERE id > 9 ORDER BY id", """[[10,"open",null],[11,"long",null],[12,"light",null],[13,"named",null]]""");
        await UntilStatusAsync(shop, "running");
    }

    /// <summary>The columns of a table's newest change, once it has had so many.</summary>
    static async Task<IReadOnlyList<ColumnChange>> NewestAsync(CheckedShop shop, string table, int count)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (true)
        {
            SourceChange[] found = [.. (await shop.Fleet.Sql.SourceChanges()).Where(change => change.Relation == table)];
            if (found.Length >= count)
                return found[0].Columns;
            await looks.WaitForNextTickAsync(late.Token);
        }
    }

    static async Task UntilStatusAsync(CheckedShop shop, string status)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while ((await shop.Fleet.Sql.Relations()).Single(static relation => relation.Name == "careful").Status != status)
            await looks.WaitForNextTickAsync(late.Token);
    }
}
