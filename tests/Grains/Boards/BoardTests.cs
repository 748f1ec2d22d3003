using Orrery.Grains.Boards;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Boards;

/// <summary>Boards as they are kept: bound before they are, listed by their tenant, seen by whoever holds a link.</summary>
public sealed class BoardTests
{
    static readonly BoardText Title = new("销售", "Sales");
    static readonly BoardTile Total = new("total", new("合计", "Total"), "SELECT SUM(amount) AS amount FROM sales", new TileChart(TileKind.Number, Y: ["amount"]));

    [Fact]
    public async Task A_board_is_put_listed_changed_by_its_version_and_gone_after_deletion()
    {
        await using SqlFleet fleet = await StartAsync();
        IBoardGrain board = Board(fleet, "sales");
        BoardInfo made = await board.Put(new BoardDefinition(Title, null, [Total]), "ann", null);
        made.Version.ShouldBe(1);
        (await List(fleet)).ShouldHaveSingleItem().Tiles.ShouldBe([new TileOutline(TileKind.Number, 3, 2)]);
        BoardInfo changed = await board.Put(made.Definition with { Place = 5 }, "bob", made.Version);
        changed.ChangedBy.ShouldBe("bob");
        await Should.ThrowAsync<VersionMismatchException>(() => board.Put(made.Definition, "eve", made.Version));
        (await List(fleet))[0].Place.ShouldBe(5);
        await fleet.CrashAsync();
        (await Board(fleet, "sales").Get()).Definition.Tiles[0].Query.ShouldBe(Total.Query);
        await Board(fleet, "sales").Delete("ann", 2);
        (await List(fleet)).ShouldBeEmpty();
        await Should.ThrowAsync<NotFoundException>(() => Board(fleet, "sales").Get());
        (await Board(fleet, "sales").Put(made.Definition, "ann", null)).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_query_that_means_nothing_is_refused_with_its_tile_and_place()
    {
        await using SqlFleet fleet = await StartAsync();
        var refused = await Should.ThrowAsync<BoardRefusedException>(() => Put(fleet, Total, Total with { Id = "shops", Query = "SELECT shop,\n       amont\nFROM sales" }));
        BoardProblem problem = refused.Problems.ShouldHaveSingleItem();
        (problem.Tile, problem.Field, problem.Line, problem.Column).ShouldBe(("shops", "tiles[1].query", 2, 8));
        refused.Message.ShouldContain("amount");
        (await List(fleet)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Columns_drills_and_reasons_are_checked_against_what_the_query_gives()
    {
        await using SqlFleet fleet = await StartAsync();
        BoardTile shops = Total with
        {
            Id = "shops", Query = "SELECT shop, SUM(amount) AS amount FROM sales GROUP BY shop",
            Drill = "SELECT * FROM sales WHERE shop = :shop AND note <> ':none'", Why = new TileWhy("by_shop", ["shop"]),
        };
        await Put(fleet, shops);
        (string Field, BoardTile Tile)[] wrong =
        [
            ("tiles[0].chart.y", shops with { Chart = new TileChart(TileKind.Bar, Y: ["revenue"]) }),
            ("tiles[0].chart.sort", shops with { Chart = new TileChart(TileKind.Bar, Sort: "-revenue") }),
            ("tiles[0].drill", shops with { Drill = "SELECT * FROM sales WHERE shop = :shop_name" }),
            ("tiles[0].drill", shops with { Drill = "SELECT nothing FROM sales WHERE shop = :shop" }),
            ("tiles[0].why.key", shops with { Why = new TileWhy("by_shop", ["city"]) }),
            ("tiles[0].why", shops with { Why = new TileWhy("by_city", ["shop"]) }),
            ("tiles[0].query", shops with { Query = "DROP TABLE sales" }),
            ("tiles[0].query", shops with { Query = "SELECT shop, NOW() AS amount FROM sales" }),
            ("tiles[0].width", shops with { Width = 13 }),
            ("tiles[0].id", shops with { Id = "Shops" }),
            ("tiles[0].chart.places", shops with { Chart = new TileChart(TileKind.Map) }),
            ("tiles[0].title.zh", shops with { Title = new BoardText("", "Shops") }),
        ];
        foreach ((string field, BoardTile tile) in wrong)
            (await Should.ThrowAsync<BoardRefusedException>(() => Put(fleet, tile))).Problems.Select(static problem => problem.Field).ShouldContain(field);
    }

    [Fact]
    public async Task A_link_opens_the_board_until_it_is_revoked_or_the_board_is_gone()
    {
        await using SqlFleet fleet = await StartAsync();
        await Put(fleet, Total);
        IBoardGrain board = Board(fleet, "sales");
        CreatedBoardLink link = await board.CreateLink(new BoardLinkDraft("Hall", 7), "ann"), other = await board.CreateLink(new BoardLinkDraft("Door", null), "ann");
        link.Token.Length.ShouldBe(43);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(link.Token)));
        (await fleet.Grains.GetGrain<IBoardLinkGrain>(hash).Find()).ShouldBe($"{SqlFleet.Tenant}/sales");
        (await board.Open(hash)).Id.ShouldBe("sales");
        // Making and opening links leaves the definition's version.
        (await board.Get()).Version.ShouldBe(1);
        (await board.Links()).Select(static each => each.Name).Order().ShouldBe(["Door", "Hall"]);
        (await board.Links()).Single(static each => each.Name == "Hall").SeenAt.ShouldNotBeNull();
        await board.RevokeLink(link.Link.Id, "ann");
        await Should.ThrowAsync<NotFoundException>(() => board.Open(hash));
        (await fleet.Grains.GetGrain<IBoardLinkGrain>(hash).Find()).ShouldBeNull();
        await board.Delete("ann", null);
        string second = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(other.Token)));
        (await fleet.Grains.GetGrain<IBoardLinkGrain>(second).Find()).ShouldBeNull();
        await Should.ThrowAsync<NotFoundException>(() => board.Open(second));
    }

    [Fact]
    public async Task Who_changed_a_board_and_its_links_is_told_newest_first_also_after_it_was_deleted_and_made_again()
    {
        await using SqlFleet fleet = await StartAsync();
        await Should.ThrowAsync<NotFoundException>(() => Board(fleet, "sales").Changes());
        await Put(fleet, Total);
        IBoardGrain board = Board(fleet, "sales");
        await board.Put(new BoardDefinition(Title, null, [Total with { Width = 4 }]), "bob", 1);
        await Should.ThrowAsync<VersionMismatchException>(() => board.Put(new BoardDefinition(Title, null, [Total]), "eve", 1));
        CreatedBoardLink link = await board.CreateLink(new BoardLinkDraft("The hall", 7), "cat");
        await board.RevokeLink(link.Link.Id, "dan");
        IReadOnlyList<BoardChange> changes = await board.Changes();
        changes.Select(Line).ShouldBe(["dan link-revoked 2", "cat link-made 2", "bob changed 2", "ann made 1"]);
        changes[0].Link.ShouldBe($"{link.Link.Id} The hall");
        await board.Delete("eve", null);
        await fleet.CrashAsync();
        (await Board(fleet, "sales").Changes()).Select(Line).ShouldBe(["eve deleted 3", "dan link-revoked 2", "cat link-made 2", "bob changed 2", "ann made 1"]);
        await Board(fleet, "sales").Put(new BoardDefinition(Title, null, [Total]), "fay", null);
        (await Board(fleet, "sales").Changes()).Select(Line).Take(2).ShouldBe(["fay made 1", "eve deleted 3"]);
        await fleet.Grains.GetGrain<ITenantGrain>(SqlFleet.Tenant).Delete(null);
        await Should.ThrowAsync<NotFoundException>(() => Board(fleet, "sales").Changes());

        static string Line(BoardChange change) => $"{change.User} {change.What} {change.Version}";
    }

    [Fact]
    public async Task A_tenant_that_is_deleted_takes_its_boards_with_it()
    {
        await using SqlFleet fleet = await StartAsync();
        await Put(fleet, Total);
        await fleet.Grains.GetGrain<ITenantGrain>(SqlFleet.Tenant).Delete(null);
        (await List(fleet)).ShouldBeEmpty();
        await Should.ThrowAsync<NotFoundException>(() => Board(fleet, "sales").Get());
    }

    [Theory]
    [InlineData("a = :one AND b = ':two' AND c = \":three\" -- :four\nAND d = :five", "a = <one> AND b = ':two' AND c = \":three\" -- :four\nAND d = <five>")]
    [InlineData("/* :a */ x::y", "/* :a */ x::y")]
    [InlineData("t = '10:30' AND 'it''s :b' = :c", "t = '10:30' AND 'it''s :b' = <c>")]
    public void Parameters_are_filled_in_where_they_are_none_of_a_text_or_comment(string text, string filled) =>
        DrillText.Fill(text, static name => $"<{name}>", out _).ShouldBe(filled);

    static async Task<SqlFleet> StartAsync()
    {
        SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("""
            CREATE TABLE sales (id BIGINT, shop STRING, amount DECIMAL(18, 2), note STRING, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW by_shop AS SELECT shop, SUM(amount) AS amount FROM sales GROUP BY shop
            """);
        return fleet;
    }

    static Task<BoardInfo> Put(SqlFleet fleet, params BoardTile[] tiles) => Board(fleet, "sales").Put(new BoardDefinition(Title, null, tiles), "ann", null);

    static IBoardGrain Board(SqlFleet fleet, string id) => fleet.Grains.GetGrain<IBoardGrain>($"{SqlFleet.Tenant}/{id}");

    static Task<IReadOnlyList<BoardSummary>> List(SqlFleet fleet) => fleet.Grains.GetGrain<IBoardDirectoryGrain>(SqlFleet.Tenant).List();
}
