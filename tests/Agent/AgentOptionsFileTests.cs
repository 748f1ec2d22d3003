using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests;

public sealed class AgentOptionsFileTests
{
    [Fact]
    public void What_the_file_names_wins_and_the_rest_keeps_its_value()
    {
        using var folder = new TestDirectory();
        string path = Path.Combine(folder.Path, "agent.json");
        File.WriteAllText(path, """
            {
              // of the finance server
              "server": "https://orrery.example.com", "key": "ok_a_b", "intervalSeconds": 5, "watch": ["erp-app"],
              "databases": [{ "name": "erp", "engine": "postgresql", "connectionString": "Host=127.0.0.1" }],
            }
            """);
        AgentOptions options = AgentOptionsFile.Read(path, new AgentOptions { Name = "kept" });
        options.Validate();
        options.Name.ShouldBe("kept");
        options.Interval.ShouldBe(TimeSpan.FromSeconds(5));
        options.Databases.ShouldBe([new DatabaseTarget("erp", "postgresql", "Host=127.0.0.1")]);
    }

    [Theory]
    [InlineData("{ \"key\": \"ok_hunter2\", ")]
    [InlineData("{ \"kee\": \"ok_hunter2\" }")]
    public void A_file_of_another_shape_is_refused_without_repeating_it(string content)
    {
        using var folder = new TestDirectory();
        string path = Path.Combine(folder.Path, "agent.json");
        File.WriteAllText(path, content);
        Should.Throw<ArgumentException>(() => AgentOptionsFile.Read(path, new AgentOptions())).Message.ShouldNotContain("hunter2");
        Should.Throw<ArgumentException>(() => AgentOptionsFile.Read(path + "x", new AgentOptions()));
    }
}
