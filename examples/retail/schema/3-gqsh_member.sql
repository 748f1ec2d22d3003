-- The member centre.
CREATE DATABASE IF NOT EXISTS gqsh_member CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_member;

CREATE TABLE member (
    member_id BIGINT NOT NULL,
    nickname VARCHAR(64) NULL,
    mobile_mask VARCHAR(16) NOT NULL,
    level INT NOT NULL,
    points BIGINT NOT NULL COMMENT 'updated in place',
    register_channel VARCHAR(16) NOT NULL,
    register_time DATETIME NOT NULL,
    update_time DATETIME NOT NULL,
    PRIMARY KEY (member_id)
);

-- Which shops a member belongs to.
CREATE TABLE store_member (
    id BIGINT NOT NULL,
    store_code VARCHAR(16) NOT NULL,
    member_id BIGINT NOT NULL,
    bind_source VARCHAR(16) NOT NULL,
    bind_time DATETIME NOT NULL,
    status INT NOT NULL COMMENT '1 bound, 0 left',
    PRIMARY KEY (id)
);

CREATE TABLE member_points_log (
    id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    points BIGINT NOT NULL,
    reason VARCHAR(32) NOT NULL,
    order_id BIGINT NULL,
    create_time DATETIME NOT NULL,
    PRIMARY KEY (id)
);
