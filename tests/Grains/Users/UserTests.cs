using System.Security.Cryptography;
using System.Text;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Tests.Users;

public sealed class UserTests
{
    const string Password = "correct horse battery";
    static readonly UserDraft Administrator = new("Ada", Role.Administrator, null);

    [Fact]
    public async Task A_user_signs_in_and_the_session_survives_a_crash_until_it_expires()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.User("ada").Create(Administrator, Password);
        var session = (await fleet.User("ada").SignIn(Password, "127.0.0.1")).ShouldNotBeNull();
        session.User.LastSignInAt.ShouldBe(fleet.Time.GetUtcNow());

        await fleet.CrashAsync();
        (await SessionOf(fleet, session.Token).Get()).ShouldNotBeNull().Name.ShouldBe("ada");
        await fleet.PassAsync(TimeSpan.FromHours(12), TimeSpan.FromMinutes(30));

        (await SessionOf(fleet, session.Token).Get()).ShouldBeNull();
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_are_both_just_refused()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.User("ada").Create(Administrator, Password);

        (await fleet.User("ada").SignIn("wrong horse battery", "x")).ShouldBeNull();
        (await fleet.User("nobody").SignIn(Password, "x")).ShouldBeNull();
        (await SessionOf(fleet, "made up").Get()).ShouldBeNull();
    }

    [Fact]
    public async Task After_ten_wrong_passwords_the_account_pauses_for_a_minute_even_for_the_right_one()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.User("ada").Create(Administrator, Password);
        for (int attempt = 0; attempt < 10; attempt++)
            (await fleet.User("ada").SignIn("wrong", "x")).ShouldBeNull();

        (await Should.ThrowAsync<LimitReachedException>(() => fleet.User("ada").SignIn(Password, "x"))).Message.ShouldContain("60 seconds");
        fleet.Time.Advance(TimeSpan.FromSeconds(61));
        (await fleet.User("ada").SignIn(Password, "x")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_new_password_role_or_tenant_and_a_deletion_end_sessions_and_a_new_name_does_not()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.User("root").Create(Administrator, Password);
        await fleet.User("ada").Create(new UserDraft("Ada", Role.Viewer, "acme"), Password);

        await Ends(true, () => fleet.User("ada").SetPassword("another password"), "another password");
        await Ends(true, () => fleet.User("ada").ChangePassword("another password", Password));
        await Ends(true, () => fleet.User("ada").Update(new UserDraft("Ada", Role.TenantAdministrator, "acme"), null));
        await Ends(false, () => fleet.User("ada").Update(new UserDraft("Ada Lovelace", Role.TenantAdministrator, "acme"), null));
        var (token, _) = await Session();
        await fleet.User("ada").Delete(null);
        (await SessionOf(fleet, token).Get()).ShouldBeNull();
        await fleet.User("ada").Create(new UserDraft("Ada", Role.TenantAdministrator, "acme"), Password);
        (await SessionOf(fleet, token).Get()).ShouldBeNull("a user of the same name is another user");

        async Task<(string Token, UserInfo User)> Session(string password = Password)
        {
            var session = (await fleet.User("ada").SignIn(password, "x")).ShouldNotBeNull();
            return (session.Token, session.User);
        }

        async Task Ends(bool ends, Func<Task> change, string? passwordAfter = null)
        {
            string before = passwordAfter is null && ends && await fleet.User("ada").SignIn("another password", "x") is not null ? "another password" : Password;
            var (opened, _) = await Session(before);
            await change();
            (await SessionOf(fleet, opened).Get() is null).ShouldBe(ends);
        }
    }

    [Fact]
    public async Task The_last_administrator_can_neither_be_deleted_nor_demoted()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.User("ada").Create(Administrator, Password);

        await Should.ThrowAsync<ConflictException>(() => fleet.User("ada").Delete(null));
        await Should.ThrowAsync<ConflictException>(() => fleet.User("ada").Update(new UserDraft("Ada", Role.Viewer, null), null));
        (await fleet.User("ada").Get()).Role.ShouldBe(Role.Administrator);

        await fleet.User("bob").Create(Administrator, Password);
        await fleet.User("ada").Delete(null);
        (await Directory(fleet).List(new(10), null)).Items.Select(user => user.Name).ShouldBe(["bob"]);
    }

    [Fact]
    public async Task Roles_and_tenants_must_fit_each_other()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));

        (await Refused(new UserDraft("X", Role.TenantAdministrator, null))).Field.ShouldBe("tenant");
        (await Refused(new UserDraft("X", Role.Operator, "acme"))).Field.ShouldBe("tenant");
        (await Refused(new UserDraft("X", (Role)77, null))).Field.ShouldBe("role");
        (await Refused(new UserDraft("", Role.Viewer, null))).Field.ShouldBe("displayName");
        await Should.ThrowAsync<NotFoundException>(() => fleet.User("x").Create(new UserDraft("X", Role.Viewer, "nowhere"), Password));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.User("x").Create(new UserDraft("X", Role.Viewer, null), "short"))).Message.ShouldNotContain("short");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.User("Bad Name").Create(new UserDraft("X", Role.Viewer, null), Password))).Field.ShouldBe("name");
        (await Directory(fleet).List(new(10), null)).Items.ShouldBeEmpty();

        Task<InvalidInputException> Refused(UserDraft draft) => Should.ThrowAsync<InvalidInputException>(() => fleet.User("x").Create(draft, Password));
    }

    [Fact]
    public async Task A_user_has_a_bounded_number_of_sessions_and_the_oldest_makes_room()
    {
        await using var fleet = await TestFleet.StartAsync(services =>
            Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Orrery.Grains.Users.UserOptions>(services, options => options.SessionsMax = 3));
        await fleet.User("ada").Create(Administrator, Password);
        var tokens = new List<string>();
        for (int number = 0; number < 4; number++)
            tokens.Add((await fleet.User("ada").SignIn(Password, "x"))!.Token);

        (await SessionOf(fleet, tokens[0]).Get()).ShouldBeNull();
        foreach (string token in tokens[1..])
            (await SessionOf(fleet, token).Get()).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_wrong_current_password_changes_nothing_and_counts()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.User("ada").Create(Administrator, Password);

        (await Should.ThrowAsync<InvalidInputException>(() => fleet.User("ada").ChangePassword("wrong", "a new password"))).Field.ShouldBe("current");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.User("ada").ChangePassword(Password, "short"))).Field.ShouldBe("next");

        (await fleet.User("ada").SignIn(Password, "x")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Users_of_a_tenant_are_listed_apart_and_hinder_its_deletion()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.User("root").Create(Administrator, Password);
        await fleet.User("ada").Create(new UserDraft("Ada", Role.Viewer, "acme"), Password);

        (await Directory(fleet).List(new(10), "acme")).Items.Select(user => user.Name).ShouldBe(["ada"]);
        (await Should.ThrowAsync<ConflictException>(() => fleet.Tenant("acme").Delete(null))).Message.ShouldContain("ada");
    }

    static IUserDirectoryGrain Directory(TestFleet fleet) => fleet.Grains.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet);

    static ISessionGrain SessionOf(TestFleet fleet, string token) =>
        fleet.Grains.GetGrain<ISessionGrain>(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
}
