using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Client.Licences;

namespace Orrery.Client.Tests.Licences;

/// <summary>Licences without a network: verified, bounded, and not to be had again by setting a clock back.</summary>
public sealed class LicenceTests : IDisposable
{
    static readonly DateTimeOffset Issued = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-licence-");
    readonly ECDsa vendor = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly SetClock clock = new(Issued.AddHours(1));

    public void Dispose()
    {
        vendor.Dispose();
        folder.Delete(true);
    }

    [Fact]
    public void A_licence_says_what_it_grants_in_lines_that_people_can_read()
    {
        Licence licence = Licence.Read(Text(), Keys());
        (licence.Id, licence.Revision, licence.Product, licence.Versions, licence.GraceDays, licence.Users).ShouldBe(("acme/erp", 2, "cloud-galaxy", "9.*", 14, 50));
        licence.Customer.ShouldBe("华信食品 “Foods”");
        licence.Modules.ShouldBe(new Dictionary<string, int?> { ["finance"] = 10, ["pos"] = null });
        licence.Sites.ShouldBe(["berlin"]);
        licence.Expires.ShouldBe(Issued.AddDays(365));
    }

    [Fact]
    public void Mail_that_changes_ends_of_lines_leaves_a_licence_good() => Licence.Read("\uFEFF" + Text().Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\r\n", Keys()).Revision.ShouldBe(2);

    [Fact]
    public void Each_byte_that_is_altered_is_noticed()
    {
        byte[] text = Encoding.UTF8.GetBytes(Text());
        LicenceKeys keys = Keys();
        // A blank or a line's end behind the signature says nothing and may change.
        int signed = text.AsSpan().LastIndexOf((byte)'\n');
        for (int at = 0; at < signed; at++)
        {
            byte[] altered = [.. text];
            altered[at] ^= 1;
            Should.Throw<LicenceException>(() => Licence.Read(Encoding.UTF8.GetString(altered), keys), $"byte {at}, {(char)text[at]}");
        }
    }

    [Fact]
    public void Another_ones_key_and_lines_that_a_program_does_not_know_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Should.Throw<LicenceException>(() => Licence.Read(Text(by: other), Keys())).Message.ShouldContain("altered");
        Should.Throw<LicenceException>(() => Licence.Read(Text(key: "k9"), Keys())).Message.ShouldContain("'k9'");
        Should.Throw<LicenceException>(() => Licence.Read(Text(further: "seats-by-hour: 3\n"), Keys())).Message.ShouldContain("Update the program");
        Should.Throw<LicenceException>(() => Licence.Read("hello", Keys()));
        Should.Throw<FormatException>(() => new LicenceKeys("k1 no-key"));
    }

    [Fact]
    public void A_licence_holds_from_its_first_moment_through_its_grace()
    {
        using LicenceGuard guard = Guard();
        guard.Check().Status.ShouldBe(LicenceStatus.Missing);
        guard.Install(Text());
        LicenceFinding finding = guard.Check();
        (finding.Status, finding.Allows("finance", 10), finding.Allows("finance", 11), finding.Allows("pos", 50), finding.Allows("payroll")).ShouldBe((LicenceStatus.Valid, true, false, true, false));
        clock.Now = Issued.AddDays(365);
        (guard.Check().Status, guard.Check().Allows("pos")).ShouldBe((LicenceStatus.Grace, true));
        clock.Now = Issued.AddDays(379);
        (guard.Check().Status, guard.Check().Allows("pos")).ShouldBe((LicenceStatus.Expired, false));
    }

    [Fact]
    public void It_counts_only_where_product_version_and_site_are_its_own()
    {
        foreach ((string product, string? version, string? site, LicenceStatus expected) in new[]
        {
            ("cloud-galaxy", "9.2.1", "berlin", LicenceStatus.Valid), ("cloud-galaxy", "9", "berlin", LicenceStatus.Valid), ("cloud-galaxy", "10.1", "berlin", LicenceStatus.Missing), ("cloud-galaxy", "90.1", "berlin", LicenceStatus.Missing),
            ("cloud-galaxy", "9.2.1", "munich", LicenceStatus.Missing), ("cloud-galaxy", "9.2.1", null, LicenceStatus.Missing), ("pos-terminal", "9.2.1", "berlin", LicenceStatus.Missing),
        })
        {
            using LicenceGuard guard = Guard(options => (options.Product, options.Version, options.Site) = (product, version, site));
            guard.Install(Text());
            guard.Check().Status.ShouldBe(expected, $"{product} {version} {site}");
        }
    }

    [Fact]
    public void A_clock_that_is_set_back_is_noticed_also_by_the_next_process()
    {
        using (LicenceGuard guard = Guard())
        {
            guard.Install(Text());
            clock.Now = Issued.AddDays(370);
            guard.Check().Status.ShouldBe(LicenceStatus.Grace);
            clock.Now = Issued.AddDays(100);
            guard.Check().Status.ShouldBe(LicenceStatus.ClockSetBack);
        }

        using LicenceGuard next = Guard();
        next.Check().Status.ShouldBe(LicenceStatus.ClockSetBack);
        next.Check().Holds.ShouldBeFalse();
        clock.Now = Issued.AddDays(370).AddMinutes(-9);
        next.Check().Status.ShouldBe(LicenceStatus.Grace, "a clock may be set right by minutes");
    }

    [Fact]
    public void Where_the_kept_moment_is_deleted_or_edited_the_licences_own_still_counts()
    {
        using (LicenceGuard guard = Guard())
            guard.Install(Text());
        string kept = Path.Combine(folder.FullName, "licence-clock.txt");
        File.WriteAllText(kept, "2020-01-01T00:00:00Z forged\n");
        clock.Now = Issued.AddDays(-30);
        using LicenceGuard next = Guard();
        next.Check().Status.ShouldBe(LicenceStatus.ClockSetBack);
    }

    [Fact]
    public void An_older_revision_takes_no_newer_ones_place_and_an_edited_file_counts_for_nothing()
    {
        using (LicenceGuard guard = Guard())
        {
            guard.Install(Text());
            guard.Install(Text(revision: 1, users: "900"));
            guard.Check().Licence!.Users.ShouldBe(50);
        }

        string kept = Path.Combine(folder.FullName, "licences.txt");
        File.WriteAllText(kept, File.ReadAllText(kept).Replace("users: 50", "users: 5000", StringComparison.Ordinal));
        using LicenceGuard next = Guard();
        next.Check().Status.ShouldBe(LicenceStatus.Missing);
    }

    [Fact]
    public void Of_several_licences_the_one_that_holds_counts()
    {
        using LicenceGuard guard = Guard();
        guard.Install(Text(expires: Issued.AddDays(1), grace: "0"));
        guard.Install(Text(id: "acme/erp-2"));
        clock.Now = Issued.AddDays(2);
        (guard.Check().Status, guard.Check().Licence!.Id).ShouldBe((LicenceStatus.Valid, "acme/erp-2"));
    }

    LicenceGuard Guard(Action<LicenceGuardOptions>? change = null)
    {
        var options = new LicenceGuardOptions { Keys = Keys(), Folder = folder.FullName, Product = "cloud-galaxy", Version = "9.2", Site = "berlin", Clock = clock };
        change?.Invoke(options);
        return new LicenceGuard(options);
    }

    LicenceKeys Keys()
    {
        ECPoint point = vendor.ExportParameters(false).Q;
        return new LicenceKeys($"k1 {Convert.ToBase64String([.. point.X!, .. point.Y!])}\n");
    }

    string Text(int revision = 2, string users = "50", string id = "acme/erp", DateTimeOffset? expires = null, string grace = "14", string key = "k1", string further = "", ECDsa? by = null)
    {
        string end = (expires ?? Issued.AddDays(365)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string body = $"orrery-licence: 1\nid: {id}\nrevision: {revision}\ncustomer: 华信食品 “Foods”\nproduct: cloud-galaxy\nversions: 9.*\nissued: 2026-03-01T08:00:00Z\nvalid-from: 2026-03-01T08:00:00Z\nexpires: {end}\ngrace-days: {grace}\nusers: {users}\nmodule: finance 10\nmodule: pos\nsite: berlin\n{further}";
        return $"{body}signature: {key} {Convert.ToBase64String((by ?? vendor).SignData(Encoding.UTF8.GetBytes(body), HashAlgorithmName.SHA256))}\n";
    }

    sealed class SetClock(DateTimeOffset now) : IClientClock
    {
        public DateTimeOffset Now { get; set; } = now;

        public long UnixMilliseconds => Now.ToUnixTimeMilliseconds();

        public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
