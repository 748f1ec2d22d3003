using Orrery.Connectors.Dialects;
using Orrery.Jobs.DataModels;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Tests.DataModels;

[Collection(LiveCollection.Name)]
public sealed class LiveModelTests(LiveServers servers)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    public void The_shipped_model_is_built_and_nothing_differs(string engine)
    {
        DatabaseAddress address = servers.New(engine);
        Build(Shop.Model(), address);
        Differences(Shop.Model(), address).ShouldBeEmpty();
        address.Ask("SELECT name FROM units WHERE code = 'BOX'").ShouldBe("箱's");
        address.Run("UPDATE units SET name = 'x' WHERE code = 'KG'");
        Differences(Shop.Model(), address).ShouldBe(["table units: the row code=KG differs"]);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    public void A_database_of_the_version_before_is_upgraded_with_its_rows_and_nothing_differs(string engine)
    {
        DatabaseAddress address = servers.New(engine);
        Build(Shop.Before(), address);
        address.Run(
            "INSERT INTO clients (code, name, credit) VALUES ('C1', '张三', NULL)",
            "INSERT INTO materials (number, title) VALUES ('M1', '螺丝')",
            "INSERT INTO orders (number, customer, note) VALUES ('O1', 1, '你好')");
        using (IDatabase database = address.Open())
        {
            ModelSchema wanted = ModelSchema.Of(Shop.Model(), database.Dialect);
            IReadOnlyList<ScriptStep> steps = UpgradeScript.Of(wanted, LiveComparison.Compare(wanted, database));
            steps.Count(step => step.IsDestructive).ShouldBeGreaterThan(1);
            LiveComparison.Run(database, steps, withDestructive: true, TestContext.Current.CancellationToken);
        }

        Differences(Shop.Model(), address).ShouldBeEmpty();
        address.Ask("SELECT name FROM customers WHERE code = 'C1' AND credit = 0").ShouldBe("张三");
        address.Ask("SELECT name FROM materials WHERE number = 'M1'").ShouldBe("螺丝");
        address.Ask("SELECT note FROM orders WHERE status = 'Z'").ShouldBe("你好");
        address.Ask("SELECT name FROM units WHERE code = 'PCS'").ShouldBe("件");
    }

    [Theory]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    public void Without_leave_to_destroy_nothing_is_lost_and_the_rest_is_done(string engine)
    {
        DatabaseAddress address = servers.New(engine);
        Build(Shop.Before(), address);
        using (IDatabase database = address.Open())
        {
            ModelSchema wanted = ModelSchema.Of(Shop.Model(), database.Dialect);
            LiveComparison.Run(database, UpgradeScript.Of(wanted, LiveComparison.Compare(wanted, database)), withDestructive: false, TestContext.Current.CancellationToken);
        }

        string[] left = [.. Differences(Shop.Model(), address)];
        left.ShouldContain(line => line.EndsWith("old_faxes: is only in the database", StringComparison.Ordinal));
        left.Length.ShouldBe(3, string.Join('\n', left));
    }

    [Theory]
    [InlineData("sakila", "mysql")]
    [InlineData("mywind", "mysql")]
    [InlineData("northwind", "postgresql")]
    [InlineData("northwind", "sqlite")]
    public void A_model_that_is_read_builds_the_same_database_again_and_others_too(string sample, string engine)
    {
        DatabaseAddress source = servers.New(engine);
        switch (sample, engine)
        {
            case ("sakila", _): Samples.Sakila(source); break;
            case ("mywind", _): Samples.MyWind(source); break;
            case (_, "postgresql"): Samples.NorthwindPostgreSql(source); break;
            default: Samples.NorthwindSqlite(source); break;
        }

        DataModel model;
        using (IDatabase database = source.Open()) model = LiveModel.Read(sample, database).Model;
        DataModel read = ModelFile.Parse($"{sample}.yaml", ModelText.Of(model));
        Differences(read, source).ShouldBeEmpty("the database that it was read from");
        foreach (string other in new[] { engine, "postgresql", "mysql", "sqlite" }.Distinct())
        {
            DatabaseAddress target = servers.New(other);
            Build(read, target);
            Differences(read, target).ShouldBeEmpty(other);
        }
    }

    static void Build(DataModel model, DatabaseAddress address)
    {
        using IDatabase database = address.Open();
        LiveComparison.Run(database, ModelScript.Build(ModelSchema.Of(model, database.Dialect)), withDestructive: true);
    }

    static IReadOnlyList<string> Differences(DataModel model, DatabaseAddress address)
    {
        using IDatabase database = address.Open();
        return LiveComparison.Compare(ModelSchema.Of(model, database.Dialect), database).Lines();
    }
}
