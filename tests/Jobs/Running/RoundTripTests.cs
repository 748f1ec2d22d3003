using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.Running;

[Collection(LiveCollection.Name)]
public sealed class RoundTripTests(LiveServers servers)
{
    [Fact]
    public void Sakila_goes_from_MariaDB_over_PostgreSQL_and_SQLite_back_to_MariaDB_and_is_the_same()
    {
        DatabaseAddress first = servers.New("mysql"), second = servers.New("postgresql"), third = servers.New("sqlite"), last = servers.New("mysql");
        Samples.Sakila(first);
        MigrationReport one = first.MigrateTo(second);
        one.Undone.ShouldBeEmpty();
        one.Rows.ShouldBeGreaterThan(40_000);
        first.ShouldEqual(second);
        second.MigrateTo(third).Undone.ShouldBeEmpty();
        second.ShouldEqual(third);
        third.MigrateTo(last).Undone.ShouldBeEmpty();
        third.ShouldEqual(last);
        first.ShouldEqual(last);
        // Keys, indexes and foreign keys came along.
        last.Count("SELECT COUNT(*) FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()").ShouldBe(22);
        last.Count("SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'rental' AND INDEX_NAME = 'PRIMARY'").ShouldBe(1);
        last.Count("SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'actor'").ShouldBeGreaterThan(200);
    }

    [Fact]
    public void Northwind_goes_the_same_way()
    {
        DatabaseAddress first = servers.New("mysql"), second = servers.New("postgresql"), third = servers.New("sqlite"), last = servers.New("mysql");
        Samples.MyWind(first);
        first.MigrateTo(second).Undone.ShouldBeEmpty();
        first.ShouldEqual(second);
        second.MigrateTo(third).Undone.ShouldBeEmpty();
        second.ShouldEqual(third);
        third.MigrateTo(last).Undone.ShouldBeEmpty();
        third.ShouldEqual(last);
        first.ShouldEqual(last);
    }
}
