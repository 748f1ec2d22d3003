-- Shops of the chain, and the activities that head office lets them take part in.
CREATE DATABASE IF NOT EXISTS gqsh_store CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE gqsh_store;

CREATE TABLE store_shop (
    store_code VARCHAR(16) NOT NULL,
    store_name VARCHAR(64) NOT NULL,
    store_type INT NOT NULL COMMENT '1 own, 2 franchise',
    region VARCHAR(32) NOT NULL,
    province VARCHAR(32) NOT NULL,
    city VARCHAR(32) NOT NULL,
    status INT NOT NULL COMMENT '1 open, 2 closed',
    open_date DATE NOT NULL,
    close_date DATE NULL,
    fcustid BIGINT NOT NULL COMMENT 'the shop as a customer in the ERP',
    update_time DATETIME NOT NULL,
    PRIMARY KEY (store_code)
);
