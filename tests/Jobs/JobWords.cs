using Orrery.Connectors.Dialects;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests;

/// <summary>Short words for what tests do with databases and jobs.</summary>
static class JobWords
{
    public static void Run(this DatabaseAddress address, params string[] statements)
    {
        using IDatabase database = address.Open();
        foreach (string statement in statements) database.Execute(statement);
    }

    /// <summary>The same address, after statements.</summary>
    public static DatabaseAddress With(this DatabaseAddress address, params string[] statements)
    {
        address.Run(statements);
        return address;
    }

    public static long Count(this DatabaseAddress address, string select)
    {
        using IDatabase database = address.Open();
        return long.Parse(Schemas.CatalogQuery.Value(database, select)!, System.Globalization.CultureInfo.InvariantCulture);
    }

    public static string? Ask(this DatabaseAddress address, string select)
    {
        using IDatabase database = address.Open();
        return Schemas.CatalogQuery.Value(database, select);
    }

    public static MigrationReport MigrateTo(this DatabaseAddress from, DatabaseAddress to, Func<MigrationOptions, MigrationOptions>? with = null, CancellationToken cancellationToken = default)
    {
        var options = new MigrationOptions { Job = "test" };
        return new Migration(from, to, with?.Invoke(options) ?? options, new JobControl(), TimeProvider.System, null).Run(cancellationToken);
    }

    public static Certificate CompareWith(this DatabaseAddress from, DatabaseAddress to) => new CertificateMaker(from, to, TimeProvider.System, null).Make();

    /// <summary>Fails with what differs.</summary>
    public static void ShouldEqual(this DatabaseAddress from, DatabaseAddress to, params string[] tables)
    {
        Certificate certificate = new CertificateMaker(from, to, TimeProvider.System, null) { Tables = tables }.Make();
        certificate.Tables.Where(table => !table.IsEqual).Select(table => $"{table.From}: {table.FromRows} / {table.ToRows} {table.Failure ?? CertificatePage.Summary(table)} {string.Join("; ", table.Differences.Take(3))}").ShouldBeEmpty();
        certificate.OnlyInFrom.ShouldBeEmpty();
        certificate.Tables.SelectMany(table => table.LeftOut.Select(left => $"{table.From}: {left}")).ShouldBeEmpty();
        certificate.IsEqual.ShouldBeTrue();
    }
}
