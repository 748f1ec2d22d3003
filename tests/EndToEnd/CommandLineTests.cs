namespace Orrery.EndToEnd.Tests;

/// <summary>Wrong input on the command line: one clear sentence and an exit code that is not zero.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--urls", "nonsense", "nonsense")]
    [InlineData("--sites", "-3", "-3")]
    [InlineData("--sites", "many", "many")]
    public async Task An_option_with_a_wrong_value_is_refused_and_named(string option, string value, string named)
    {
        using var data = new TemporaryFolder();
        var (code, said) = await OrreryProcess.RunAsync("demo", "--data", data.Path, option, value);
        code.ShouldNotBe(0);
        said.ShouldContain(option);
        said.ShouldContain(named);
    }

    [Theory]
    [InlineData("--partitions", "8.5", "no whole number")]
    [InlineData("--transactions", "-5", "-5")]
    [InlineData("--for", "3x", "60s, 5m or 1h")]
    [InlineData("--anew", "true", "--mysql")]
    [InlineData("--mysql", "Server=127.0.0.1", "say where to")]
    public async Task What_the_generator_cannot_play_is_refused_before_it_reaches_for_a_cluster(string option, string value, string named)
    {
        var (code, said) = await OrreryProcess.RunAsync("retail", "generate", "--topics", "--cluster", "sqlite:no-such-folder/cluster.db", option, value);
        code.ShouldNotBe(0, said);
        said.ShouldContain(named);
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        using var data = new TemporaryFolder();
        await using OrreryProcess first = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        var (code, said) = await OrreryProcess.RunAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        code.ShouldBe(1, said);
        said.ShouldContain(data.Path);
        await first.SignInAsync();
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_what_to_do()
    {
        using var data = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await using OrreryProcess first = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        var (code, said) = await OrreryProcess.RunAsync("up", "--urls", first.Address.ToString(), "--data", other.Path);
        code.ShouldBe(1, said);
        said.ShouldContain("--urls");
    }

    [Fact]
    public async Task The_first_start_of_up_prints_a_password_once()
    {
        using var data = new TemporaryFolder();
        await using (OrreryProcess first = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path))
        {
            await first.SignInAsync();
            (await first.InterruptAsync()).ShouldBe(0, first.Said);
        }

        await using OrreryProcess second = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        second.Said.ShouldNotContain("Sign in");
    }

    [Fact]
    public async Task The_agent_names_a_server_that_is_no_address()
    {
        var (code, said) = await OrreryProcess.RunAsync("agent", "--server", "nonsense", "--key", "ok_a_b");
        code.ShouldNotBe(0);
        said.ShouldContain("nonsense");
    }
}
